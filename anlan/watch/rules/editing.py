"""One entry of a YAML file as text (改一条): taken out, put back, all around it untouched."""

import yaml


def block_of(text: str, key: str) -> str:
    """The lines of an entry as they stand; empty where there is none."""
    place = _place(text, key)
    if place is None:
        return ""
    begin, end = place
    return _plain("".join(text.splitlines(keepends=True)[begin:end]))


def with_block(text: str, key: str, block: str) -> str:
    """The text with this entry in place of its own, or at the end where it had none."""
    lines = text.splitlines(keepends=True)
    end_of_line = "\r\n" if "\r\n" in text else "\n"
    new = _plain(block).replace("\n", end_of_line)
    place = _place(text, key)
    if place is None:
        before = "".join(lines)
        if before and not before.endswith("\n"):
            before += end_of_line
        return f"{before}{end_of_line}{new}" if before else new
    begin, end = place
    return "".join([*lines[:begin], new, *lines[end:]])


def _plain(block: str) -> str:
    """Without the blanks around it, one line's end after the last line."""
    kept = block.replace("\r\n", "\n").strip("\n").rstrip()
    return f"{kept}\n" if kept else ""


def _place(text: str, key: str) -> tuple[int, int] | None:
    """From which line up to which: comments and blank lines before the next entry are not its own.

    The parser says where an entry begins, so quotes, braces and lines of text in it do no harm.
    """
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    starts = [(node.value, node.start_mark.line) for node, _ in pairs]
    lines = text.splitlines()
    for number, (name, begin) in enumerate(starts):
        if name != key:
            continue
        end = starts[number + 1][1] if number + 1 < len(starts) else len(lines)
        while end > begin + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
            end -= 1
        return begin, end
    return None

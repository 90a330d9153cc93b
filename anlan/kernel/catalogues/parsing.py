"""The text of a catalogue, read into entries; where it is no YAML, said so with its line."""

import yaml

from .reading import CatalogueError, Entry, Reader

# libyaml where PyYAML was built with it: ten times faster, the same nodes and marks
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse(text: str, entry: type[Entry], *, file: str) -> dict[str, Entry]:
    """The entries of a catalogue that is already in hand as text; `file` is only for the error."""
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise _syntax(file, text, error) from error
    reader = Reader(file)
    if root is None or reader.is_null(root):
        return {}
    items = reader.pairs(root)
    return {key: reader.record(node, entry, key=key) for key, node in items.items()}


def _syntax(file: str, text: str, error: yaml.YAMLError) -> CatalogueError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    position = getattr(error, "position", None)  # a control character: the reader counts characters
    if mark is not None:
        line = mark.line + 1
    else:
        line = text.count("\n", 0, position) + 1 if isinstance(position, int) else 1
    lines = text.splitlines()
    value = lines[line - 1].strip() if line <= len(lines) else ""
    words = f"YAML 写法不对：「{value}」" if value else "YAML 写法不对，文件在这里不完整"
    why = getattr(error, "problem", None) or getattr(error, "reason", "")
    mend = f"请检查缩进（只用空格）、英文冒号后的空格、引号和括号是否成对；解析器说：{why}"
    return CatalogueError(file, line, words, value=value, mend=mend)

"""The number of a paper (发文字号): 机关代字〔年份〕序号, as GB/T 9704-2012 §7.2.5 wants it."""


def series_of(code: str, area: str, *, is_root: bool) -> str:
    """Whose numbers run together: the district's offices share a series, a town has its own."""
    return code if is_root else f"{area}{code}"


def numbered(series: str, year: int, serial: int) -> str:
    """安委办函〔2024〕3号: six-cornered brackets, no 第, no leading zeros."""
    return f"{series}〔{year}〕{serial}号"

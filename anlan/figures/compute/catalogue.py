"""All figures of the catalogue, judged against each other (指标目录)."""

from collections.abc import Mapping

from anlan.dues.models import dues
from anlan.dues.rules import Due
from anlan.figures.rules import formulas
from anlan.figures.sources import SOURCES
from anlan.kernel import catalogues, expressions
from anlan.kernel.catalogues import nearest
from anlan.kernel.errors import Invalid, Refused

from .definition import COUNTED, PARTS_OF_A_HUNDRED, Figure

NAME = "figures"
HOLDS: Mapping[str, type] = {"value": float, "before": float}


def definitions() -> Mapping[str, Figure]:
    """All figures of the catalogue by key (全部指标)."""
    return catalogues.once(NAME, _checked)


def definition(name: str) -> Figure:
    """One figure; Invalid with the nearest name where the catalogue has none of that name."""
    figures = definitions()
    if name not in figures:
        raise Invalid(f"没有名为“{name}”的指标", mend=nearest(name, figures))
    return figures[name]


def _checked() -> Mapping[str, Figure]:
    figures = catalogues.load(NAME, Figure)
    for figure in figures.values():
        try:
            _judge(figure, figures)
        except catalogues.CatalogueError:  # of a catalogue below
            raise
        except Refused as wrong:
            words = f"指标「{figure.key}」{wrong.words}"
            raise catalogues.refused(NAME, words, key=figure.key, mend=wrong.mend) from wrong
    return figures


# --- one figure among the others ---------------------------------------------------------------


def _judge(figure: Figure, figures: Mapping[str, Figure]) -> None:
    for name in figure.operands:
        if name not in figures:
            raise Invalid(f"引用了没有的指标“{name}”", mend=nearest(name, figures))
    _refuse_circle(figure, figures)
    _kinds_exist(figure)
    if figure.formula:
        _refuse_mixture(figure, figures)
    elif figure.kind in ("points", "rank", "yoy", "period_on_period", "streak", "share", "rate"):
        _refuse_operand(figure, figures)
    if figure.kind == "progress" and figure.goal_figure:
        _same_unit(figures[figure.figure], figures[figure.goal_figure], "目标")
    if figure.due and (known := _dues()) is not None and figure.due not in known:
        raise Invalid(f"写了没有的应做“{figure.due}”", mend=nearest(figure.due, known))
    if figure.holds:
        expressions.compile_expression(figure.holds, HOLDS)


def due_of(figure: Figure) -> Due | None:
    """What is owed; none where the figure is of no due, or the catalogue has it no more."""
    return (_dues() or {}).get(figure.due) if figure.due else None


def _dues() -> Mapping[str, Due] | None:
    """None while dues.yaml cannot be read: that is said of that file, not again of this one."""
    try:
        return dues()
    except catalogues.CatalogueError:
        return None


def owed_by_towns(figure: Figure) -> bool:
    """Whether a figure of a due has a part for every town."""
    due = due_of(figure)
    return due is not None and due.across == "towns"


def _refuse_circle(figure: Figure, figures: Mapping[str, Figure]) -> None:
    def follow(name: str, way: tuple[str, ...]) -> None:
        if name in way:
            circle = " → ".join((*way[way.index(name) :], name))
            raise Invalid(f"公式绕成了圈:{circle}", mend="请让其中一个指标直接从台账统计")
        for each in figures[name].operands if name in figures else ():
            follow(each, (*way, name))

    follow(figure.key, ())


def _kinds_exist(figure: Figure) -> None:
    known = SOURCES[figure.source].kinds if figure.kind in COUNTED else None
    if known is None or not figure.kinds:
        return
    words = known()
    for key in figure.kinds:
        if key not in words:
            raise Invalid(f"写了没有的种类“{key}”", mend=nearest(key, words))


def _refuse_mixture(figure: Figure, figures: Mapping[str, Figure]) -> None:
    known = {
        name: formulas.Quantity(
            formulas.unit_of(figures[name].unit), sources_of(figures[name], figures), name
        )
        for name in figure.operands
    }
    try:
        expressions.compile_expression(figure.formula, dict.fromkeys(figure.operands, float))
        found = formulas.quantity_of(figure.formula, known)
    except formulas.BadFormula as wrong:
        mend = "单位和来源都相同的才能加减;不同的请并列写成几个指标,或写成比率"
        raise Invalid(str(wrong), mend=mend) from wrong
    wanted = formulas.unit_of(figure.unit)
    of_hundred = not found.unit and figure.unit in ("%", "‰")
    if found.unit != wanted and not of_hundred:
        raise Invalid(
            f"单位不一致:公式算出的是“{formulas.shown(found.unit)}”,写的是“{figure.unit}”",
            mend=f"请把 unit 改成“{formulas.shown(found.unit)}”,或改公式",
        )


def _refuse_operand(figure: Figure, figures: Mapping[str, Figure]) -> None:
    if figure.kind == "points":
        of = figures[figure.figure]
        if of.kind not in PARTS_OF_A_HUNDRED and of.unit != "%":
            mend = "数量的变化写 kind: yoy(%)"
            raise Invalid(f"百分点只用于百分数的变化,“{of.label}”的单位是{of.unit}", mend=mend)
    if figure.kind == "share":
        part, whole = figures[figure.part], figures[figure.whole]
        _same_unit(part, whole, "占比")
        if _tables(part, figures) != _tables(whole, figures):
            mend = "部分和整体要出自同一来源;否则写 kind: ratio"
            raise Invalid(f"“{part.label}”不是“{whole.label}”的一部分", mend=mend)


def _tables(figure: Figure, figures: Mapping[str, Figure]) -> set[object]:
    """The books that a figure is counted from: major hazards stand in the same as all hazards."""
    return {SOURCES[key].rows for key in sources_of(figure, figures)}


def _same_unit(one: Figure, other: Figure, what: str) -> None:
    if one.unit != other.unit:
        raise Invalid(
            f"单位不一致:“{one.label}”是{one.unit},“{other.label}”是{other.unit},不能算{what}",
            mend="请选用单位相同的两个指标",
        )


def sources_of(figure: Figure, figures: Mapping[str, Figure] | None = None) -> frozenset[str]:
    """The sources that a figure is counted from in the end."""
    known = definitions() if figures is None else figures
    if figure.kind in COUNTED:
        return frozenset({figure.source})
    return frozenset().union(*(sources_of(known[name], known) for name in figure.operands))


__all__ = ["definition", "definitions", "due_of", "owed_by_towns", "sources_of"]

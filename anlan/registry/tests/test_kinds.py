"""A new kind is one block of YAML and nothing else."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from anlan.kernel import catalogues
from anlan.kernel.errors import Invalid, Refused
from anlan.registry import access, actions
from anlan.registry.models import Item, kinds, sector_words
from anlan.registry.rules import PARTIES, Attribute, ItemKind, form_of

ICE_HOUSE = """
ice_house:
  label: 制冰厂
  group: 企业与场所
  symbol: snowflake
  colour: cyan
  mark: {shape: hexagon, sign: 冰}
  prefix: ZBC
  graded: yes
  freshness_days: 30
  parties: [territorial, industry, enterprise]
  columns: [tonnes, grade]
  attributes:
    - {key: tonnes, label: 日产冰量, type: number, unit: 吨, required: yes, least: 0}
    - {key: refrigerant, label: 制冷剂, type: choice, choices: [液氨, 氟利昂]}
    - {key: watchman_phone, label: 值守电话, type: phone, sensitive: yes}
"""


@pytest.fixture
def with_ice_houses(tmp_path, settings):
    """A site whose own catalogue adds a kind of its own to ours."""
    ours = catalogues.path_of("item_kinds").read_text(encoding="utf-8")
    (tmp_path / "item_kinds.yaml").write_text(ours + ICE_HOUSE, encoding="utf-8")
    settings.ANLAN_CATALOGUES = tmp_path
    catalogues.reload()
    yield
    catalogues.reload()


def test_one_block_gives_form_checks_list_export_freshness_and_parties(
    with_ice_houses, district, clock
):
    labels = [each.label for each in form_of(kinds()["ice_house"], sector_words())]
    assert labels[-3:] == ["日产冰量", "制冷剂", "值守电话"]
    assert {"名称", "所在区域", "风险等级", *PARTIES.values()} <= set(labels)

    with pytest.raises(actions.InvalidItem) as caught:
        actions.register_item(
            kind="ice_house",
            given={"name": "牧屿制冰厂", "area": "泽国镇", "refrigerant": "干冰"},
            by=district.huang_zeguo_station,
            at=clock.now(),
        )
    assert {problem.field for problem in caught.value.problems} == {"tonnes", "refrigerant"}

    factory = actions.register_item(
        kind="ice_house",
        given={
            "name": "牧屿制冰厂", "area": "泽国镇", "tonnes": "40 吨", "refrigerant": "液氨",
            "watchman_phone": "13900000001", "territorial": "泽国镇",
        },
        by=district.huang_zeguo_station,
        at=clock.now(),
    )  # fmt: skip
    assert factory.code == "ZBC-331081-000001"
    assert factory.parties_missing, "行业主管 and 企业主体 are not named"
    assert factory.stale_on == clock.now().date() + timedelta(days=30)

    head, rows = access.sheet("ice_house", [factory])
    exported = dict(zip(head, rows[0], strict=True))
    assert exported["日产冰量(吨)*"] == 40
    assert exported["值守电话"] == "139****0001"


def test_forty_kinds_and_each_can_be_told_apart_without_colour():
    known = kinds().values()
    assert len(known) >= 24
    marks = [(kind.mark.shape, kind.mark.sign) for kind in known]
    assert len(set(marks)) == len(marks)
    prefixes = [kind.prefix for kind in known]
    assert len(set(prefixes)) == len(prefixes)


def test_every_kind_names_a_sector_that_exists():
    sectors = set(sector_words().values())
    assert {kind.sector for kind in kinds().values() if kind.sector} <= sectors


def test_the_heads_of_a_kinds_table_are_never_ambiguous():
    for kind in kinds().values():
        heads = access.headings(kind.key)
        assert len(set(heads)) == len(heads), kind.label


def test_a_kind_that_does_not_exist_is_refused_with_the_nearest():
    with pytest.raises(Invalid, match="warehouse"):
        access.headings("warehose")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("prefix: ZBC", "prefix: 冰"),
        ("colour: cyan", "colour: 天蓝"),
        ("columns: [tonnes, grade]", "columns: [吨数]"),
        ("key: tonnes,", "key: name,"),
        ("sign: 冰", "sign: 冰厂"),
        ("type: phone", "type: telephone"),
        ("freshness_days: 30", "freshness_days: 0"),
    ],
)
def test_a_wrong_block_is_refused_with_file_and_line(wrong, said):
    text = ICE_HOUSE.replace(wrong, said)
    assert text != ICE_HOUSE
    with pytest.raises(catalogues.CatalogueError, match=r"item_kinds.yaml 第 \d+ 行"):
        catalogues.parse(text, ItemKind, file="item_kinds.yaml")


def test_choices_belong_to_choices_and_units_to_numbers():
    with pytest.raises(ValueError, match="choices"):
        Attribute("state", "状态", "choice")
    with pytest.raises(ValueError, match="unit"):
        Attribute("state", "状态", unit="吨")


def test_no_kind_is_named_in_code():
    """A kind that code knows by name could not be renamed, replaced or left out by a site."""
    keys = "|".join(kinds())
    named = re.compile(rf"""["']({keys})["']""")
    rooms = Path(__file__).parents[2]
    other_kinds = rooms / "wiring/lines.py"  # of gateways: a loudspeaker is a way out there
    for path in [*rooms.glob("registry/**/*.py"), *rooms.glob("wiring/**/*.py")]:
        if "tests" not in path.parts and path != other_kinds:
            assert not named.search(path.read_text(encoding="utf-8")), path


def test_refusals_are_in_the_family():
    assert issubclass(actions.InvalidItem, Refused)
    assert Item.Stage.LISTED.label == "在册"

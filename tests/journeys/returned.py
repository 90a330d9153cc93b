# ruff: noqa: E501 (the tables are wide so that they can be read)
"""What source reports 000, 003 and 004 state, and the ledger rows that say the same (facts).

`value` is what the report prints, in whole units. Where `rows` is true the number counts rows, and
is filled at the size asked for: of 225,400 hazards one in a hundred in a quick check, all of them
by `ANLAN_RETURN_SIZE=1`. Everything else stands at its full value whatever the size.
"""

from dataclasses import dataclass, field
from typing import Any

Y2022, TEN_MONTHS, THREE = "2022", "2022-01..10", "2020..2022"
HALF, LONG = "2024H1", "2019..2021-06"


@dataclass(frozen=True)
class Stated:
    """One figure of a report, and what is entered so that it comes back out."""

    number: str
    figure: str
    period: str
    value: str
    kind: str = ""  # of record, item or matter that is entered
    fill: dict[str, Any] = field(default_factory=dict)
    rows: bool = False
    by: str = ""
    part: str = ""
    says: str = ""  # the words that the report must contain, where it is no number of its own

    @property
    def template(self) -> str:
        """Which report prints it: the one for such a span."""
        if self.period.endswith("H1"):
            return "half_year"
        return "annual" if self.period.isdigit() else "review"


def record(
    number: str, figure: str, period: str, value: int | str, kind: str, **fill: Any
) -> Stated:
    """A number that records carry: one record with the whole sum, or as many as it counts."""
    by, part = fill.pop("by", ""), fill.pop("part", "")
    return Stated(number, figure, period, str(value), kind, fill, "counts" not in fill, by, part)


def item(number: str, figure: str, period: str, value: int | str, kind: str, **fill: Any) -> Stated:
    """A number of the register: as many things, or one that carries the sum."""
    by, part = fill.pop("by", ""), fill.pop("part", "")
    return Stated(number, figure, period, str(value), kind, fill, "one" not in fill, by, part)


def computed(number: str, figure: str, period: str, value: int | str, **which: str) -> Stated:
    """A number that follows from rows entered otherwise, or that the catalogues set as a target."""
    return Stated(number, figure, period, str(value), **which)


YEAR_ON_YEAR = "生产安全事故6起，死亡5人，受伤1人，同比分别下降45.45%、28.57%和80%"
# fmt: off
TRAIN, PUBLIC = "training", "publicity_event"
SWEEP, GAS = "大排查大整治", "可燃爆气体"
FIELDS = ("危化", "消防", "矿山", "水上", "防汛", "森林", "电力", "燃气")
R000 = (
    computed("S000-002", "accidents", Y2022, 6),
    computed("S000-003", "accident_deaths", Y2022, 5),
    computed("S000-004", "accident_injuries", Y2022, 1),
    computed("S000-005", "accidents_yoy", Y2022, "-45.45", says=YEAR_ON_YEAR),
    computed("S000-006", "accident_deaths_yoy", Y2022, "-28.57", says=YEAR_ON_YEAR),
    computed("S000-007", "accident_injuries_yoy", Y2022, "-80.00", says=YEAR_ON_YEAR),
    computed("S000-008", "fatal_falling_years", Y2022, 3),
    computed("S000-009", "larger_accidents", Y2022, 0),
    computed("S000-010", "fire_accidents_fatal", Y2022, 0),
    computed("S000-012", "forest_fires", Y2022, 0),
    computed("S000-032", "small_works_accidents", Y2022, 0),
    record("S000-013", "meetings_on_safety", Y2022, 46, "meeting"),
    computed("S000-019", "supervision_hazards_found", Y2022, 391),
    computed("S000-020", "supervision_hazards_rate", Y2022, "100.00"),
    computed("S000-025", "hazards_found", THREE, 102283),
    item("S000-048", "waterlogging_treated", Y2022, 6, "waterlogging_spot", treatment="系统整治"),
    item("S000-049", "waterlogging_small_works", Y2022, 7, "waterlogging_spot", treatment="微整治"),
    record("S000-051", "radar_kilometres", Y2022, "439.758", "radar_survey", counts={"kilometres": "439.758", "filled": 72}),
    computed("S000-052", "cavities_filled", Y2022, 72),
    item("S000-057", "rescue_fields", Y2022, 8, "rescue_team", level="政府专业", members=0, first={"members": 132}, each=[{"field": field} for field in FIELDS]),
    computed("S000-058", "professional_rescuers", Y2022, 132),
    record("S000-066", "plans_revised", Y2022, 5, "plan_revision", counts={"plans": 5}),
    record("S000-067", "drills", TEN_MONTHS, 1233, "drill"),
    record("S000-069", "posts_published", Y2022, 3051, PUBLIC, counts={"posts": 3051}),
    record("S000-071", "trainings", Y2022, 2, TRAIN, first={"trained": 0, "enrolled": 10000}, topic="互联网+课堂", by="topic", part="互联网+课堂"),
    computed("S000-072", "training_enrolled", Y2022, 10000, by="topic", part="互联网+课堂"),
    record("S000-077", "first_responders_passed", Y2022, 118, "first_responder_course", counts={"passed": 118}),
    computed("S000-087", "radar_target", Y2022, 200),
    computed("S000-090", "first_responder_target", Y2022, 900),
    computed("S000-093", "safety_manager_target", Y2022, 100),
    computed("S000-094", "principal_target", Y2022, 1000),
    computed("S000-095", "worker_target", Y2022, 10000),
    computed("S000-016", "responsibility_signers", Y2022, 55),
    computed("S000-018", "reminded_bodies", Y2022, 5),
    computed("S000-024", "rules_issued", THREE, 36),
    computed("S000-041", "fuel_stations_linked", Y2022, 22),
    computed("S000-042", "fuel_station_video_rate", Y2022, 100),
    computed("S000-043", "fuel_station_data_rate", Y2022, 100),
    computed("S000-044", "standardised_firms", Y2022, 530),
    item("S000-078", "high_risk_firms", Y2022, 98, "enterprise_premises", high_risk=True, firms=True),
    computed("S000-079", "insured_share", Y2022, 100),
    computed("S000-080", "insured_amount", Y2022, 131900),
    computed("S000-081", "prevention_firms", Y2022, 87),
    computed("S000-082", "prevention_share", Y2022, "88.78"),
)
R003 = (
    computed("S003-001", "accidents", HALF, 6),
    computed("S003-002", "accident_deaths", HALF, 5),
    computed("S003-003", "accident_injuries", HALF, 3),
    computed("S003-150", "road_accidents", HALF, 1),
    computed("S003-151", "road_deaths", HALF, 2),
    computed("S003-152", "road_injuries", HALF, 1),
    computed("S003-155", "fishery_injuries", HALF, 2),
    record("S003-007", "supervision_groups", HALF, 8, "supervision", groups=8),
    item("S003-009", "emergency_stations", HALF, 16, "emergency_station", in_towns=True, law_officers=3, first={"staff": 726, "vehicles": 57}),
    item("S003-010", "government_fire_brigades", HALF, 14, "fire_station", station_type="政府专职队"),
    computed("S003-011", "emergency_station_staff", HALF, 726),
    computed("S003-012", "emergency_station_vehicles", HALF, 57),
    item("S003-013", "village_groups", HALF, 639, "village_group"),
    record("S003-017", "unannounced_rounds", HALF, 2, "unannounced_visit", rounds=2),
    computed("S003-024", "hazards_found", HALF, 225400),
    computed("S003-025", "hazards_found_and_rectified", HALF, 224900),
    computed("S003-026", "hazards_rectification_rate", HALF, "99.78"),  # printed 99.60: its parts say this
    record("S003-027", "e_bike_places_checked", HALF, 38047, "e_bike_check", counts={"places": 38047, "moved": 7390, "wires": 4928}),
    computed("S003-028", "e_bikes_moved", HALF, 7390),
    computed("S003-029", "charging_wires_cleared", HALF, 4928),
    item("S003-034", "repair_shops", HALF, 661, "vehicle_repair_shop", some=(222, {"spray_room": True})),
    computed("S003-035", "repair_shops_spraying", HALF, 222),
    item("S003-037", "dust_firms_over_ten", HALF, 7, "dust_workshop", workers_in_dust=12, dust_type="木粉", firms=True),
    item("S003-038", "key_confined_space_firms", HALF, 7, "confined_space", grade="MAJOR", space_type="地下", firms=True),
    record("S003-040", "key_firms_inspected", HALF, 197, "inspection", topic="分级分类", firms=197),
    record("S003-058", "expert_firm_times", HALF, 17, "expert_visit", sector="chemical", firms=17, a_visit=6, by="sector", part="chemical"),
    computed("S003-041", "expert_visits", HALF, 3),
    item("S003-042", "village_lessors", HALF, 185, "rental_plant", lessor_type="村集体", first={"tenants": 1658}),
    computed("S003-043", "village_tenants", HALF, 1658),
    record("S003-049", "firm_times_inspected", HALF, 11049, "inspection", first={"problems": 17935}, topic=SWEEP, by="topic", part=SWEEP),
    computed("S003-050", "inspection_problems", HALF, 17935, by="topic", part=SWEEP),
    computed("S003-044", "campaign_hazards_found", HALF, 3114, by="topic", part="村集租赁"),
    computed("S003-045", "campaign_hazards_rectified", HALF, 3062, by="topic", part="村集租赁"),
    computed("S003-051", "campaign_hazards_rectified", HALF, 17916, by="topic", part=SWEEP),
    record("S003-055", "gas_firms_inspected", HALF, 117, "inspection", topic=GAS, firms=117, again=8),
    computed("S003-056", "firm_times_inspected", HALF, 125, by="topic", part=GAS),
    computed("S003-057", "campaign_hazards_rectified", HALF, 193, by="topic", part=GAS),
    record("S003-060", "firm_times_inspected", HALF, 976, "inspection", sector="chemical", topic="危化专项", by="topic", part="危化专项"),
    computed("S003-061", "campaign_hazards_rectified", HALF, 2950, by="sector", part="chemical"),
    record("S003-071", "persons_trained", HALF, 2010, TRAIN, counts={"trained": 2010}, topic="重大隐患专题", town="松门镇", by="area", part="331081102000"),
    computed("S003-096", "flood_listed_supervisions", HALF, 19),
    computed("S003-097", "flood_hazards_rate", HALF, 100),
    computed("S003-099", "flood_grids", HALF, 2726),
    computed("S003-100", "risk_grids", HALF, 2247),
    computed("S003-101", "flood_responsible", HALF, 9400),
    item("S003-110", "towns_with_general_team", HALF, 16, "rescue_team", level="综合", field="综合", members=50, in_towns=True),
    computed("S003-111", "town_teams_of_fifty", HALF, 50),
    computed("S003-112", "village_squads_of_thirty", HALF, 30),
    computed("S003-115", "stock_pieces", HALF, 470000),
    computed("S003-120", "shelters_added", HALF, 18),
    item("S003-135", "towns_with_radio", HALF, 16, "radio_terminal", in_towns=True),
    computed("S003-140", "law_officers_coverage", HALF, 3),
    computed("S003-165", "cross_inspection_firms_coverage", HALF, 10),
    computed("S003-166", "cross_inspection_cases_coverage", HALF, 1),
    computed("S003-019", "summoned_bodies", HALF, 1),
    computed("S003-020", "persons_held_to_account", HALF, 3),
    computed("S003-083", "work_prompts", HALF, 8, by="hazard", part="低温雨雪"),
    computed("S003-084", "briefings", HALF, 2, by="hazard", part="低温雨雪"),
    computed("S003-086", "work_prompts", HALF, 8, by="hazard", part="防汛"),
    computed("S003-087", "supervision_prompts", HALF, 1, by="hazard", part="防汛"),
    record("S003-062", "persons_trained", HALF, 32000, TRAIN, counts={"trained": 32000}, topic="百万员工大培训", by="topic", part="百万员工大培训"),
    record("S003-063", "principals_trained", HALF, 2006, TRAIN, counts={"trained": 2006}, audience="企业负责人"),
    record("S003-064", "safety_managers_trained", HALF, 1348, TRAIN, counts={"trained": 1348}, audience="安全管理人员"),
    record("S003-065", "special_operators_trained", HALF, 431, TRAIN, counts={"trained": 431}, audience="特种作业人员"),
    record("S003-067", "trainings", HALF, 5, TRAIN, topic="重点行业专题", by="topic", part="重点行业专题", first={"trained": 310}),
    computed("S003-068", "persons_trained", HALF, 310, by="topic", part="重点行业专题"),
    record("S003-069", "training_enrolled", HALF, 4100, TRAIN, counts={"enrolled": 4100, "passed": 2500}, topic="重大隐患专栏", by="topic", part="重大隐患专栏"),
    computed("S003-070", "training_passed", HALF, 2500, by="topic", part="重大隐患专栏"),
    record("S003-073", "publicity_units", HALF, 27, PUBLIC, firms=27),
    record("S003-092", "flood_check_person_times", HALF, 10020, "flood_inspection", counts={"places": 9603, "problems": 304}, person_times=10019),
    computed("S003-093", "flood_check_places", HALF, 9603),
    computed("S003-094", "flood_check_problems", HALF, 307),
    item("S003-098", "threatened_residents", HALF, 4794, "flash_flood_zone", one=True, residents=4794),
    item("S003-108", "flood_teams", HALF, 685, "rescue_team", level="街道社区", members=0, field="防汛", first={"members": 23000}),
    computed("S003-109", "flood_team_members", HALF, 23000),
    record("S003-117", "flood_training", HALF, 7096, TRAIN, counts={"trained": 7096}, subject="防汛防台"),
    record("S003-118", "flood_drills", HALF, 38, "drill", hazard="防汛防台", first={"attended": 1542}),
    computed("S003-119", "drill_attendance", HALF, 1542),
    item("S003-124", "shelters", HALF, 253, "shelter", entered=235, some=(1, {"level": "县级"}), level="镇级", rest=(186, {"level": "村级"})),
    computed("S003-125", "shelters", HALF, 1, by="level", part="县级"),
    computed("S003-126", "shelters", HALF, 48, by="level", part="镇级"),
    record("S003-127", "shelters_reinspected", HALF, 46, "shelter_reinspection", verdict="可继续使用", agency="检测站", of_items="shelter"),
    computed("S003-130", "shelters_reinspected_fit", HALF, 46),
    item("S003-141", "e_bike_sites", HALF, 659, "e_bike_site", state="在建", some=(346, {"state": "已建成"}), first={"sockets": 10700}),
    computed("S003-142", "charging_sockets", HALF, 10700),
    computed("S003-143", "e_bike_sites_progress", HALF, "52.50"),
    record("S003-147", "informants_trained", HALF, 600, TRAIN, counts={"trained": 600}, audience="灾害信息员"),
)
R004 = (
    computed("S004-001", "accidents_all_falling_years", LONG, 2),
    computed("S004-003", "accidents_all", "2019", 197),
    computed("S004-004", "accidents_all_deaths", "2019", 16),
    computed("S004-005", "accidents_all", "2020", 190),
    computed("S004-006", "accidents_all_deaths", "2020", 14),
    computed("S004-007", "accidents_all_larger", LONG, 0),
    item("S004-022", "rescue_echelons", "2020", 3, "rescue_team", level="街道社区", field="防汛", formation="梯队", members=0, first={"members": 1150}),
    item("S004-023", "rescue_commandos", "2020", 1, "rescue_team", level="街道社区", field="防汛", formation="突击队", members=100),
    computed("S004-021", "rescue_team_members", "2020", 1250),
    computed("S004-025", "stock_cubic_metres", "2020", 480),
    computed("S004-026", "warnings_sent", "2020", 180),
    computed("S004-032", "committees", LONG, 17),
    computed("S004-041", "circulars", LONG, 46),
    computed("S004-042", "leader_instructions", LONG, 7),
    record("S004-045", "firm_times_inspected", LONG, 152530, "inspection", less=102),  # of S004-037
    item("S004-060", "estates_without_fund", LONG, 31, "residential_estate", repair_fund=False, renovation="已列入"),
    record("S004-064", "trainings", LONG, 2, TRAIN, topic="空中课堂", by="topic", part="空中课堂"),
    computed("S004-081", "investigations", LONG, 5),
    item("S004-024", "rescue_equipment", "2020", 2326, "rescue_equipment", one=True, quantity=2326, equipment_type="破拆"),
    record("S004-027", "patrol_person_times", LONG, 30000, "patrol", counts={}, person_times=30000, topic="守堤", by="topic", part="守堤"),
    record("S004-037", "sector_firms", LONG, 102, "sector_supervision", firms=102, first={"problems": 200, "penalties": 3}),
    computed("S004-038", "supervision_orders", LONG, 52),
    computed("S004-039", "sector_problems", LONG, 200),
    computed("S004-040", "sector_penalties", LONG, 3),
    computed("S004-046", "general_hazards_found", LONG, 90337),
    computed("S004-047", "general_hazards_rectified", LONG, 86408),
    computed("S004-051", "listed_supervisions", LONG, 79),
    computed("S004-052", "listed_supervision_rate", "2020", "100.00"),
    item("S004-056", "enterprises_registered", LONG, 6156, "enterprise_premises"),
    record("S004-057", "grid_patrols", LONG, 10484, "grid_patrol"),
    computed("S004-058", "grid_hazards_found", LONG, 3428),
    record("S004-062", "publicity_events", LONG, 2173, PUBLIC, first={"reached": 1843000, "leaflets": 132000}),
    computed("S004-063", "publicity_reached", LONG, 1843000),
    record("S004-065", "drills", LONG, 162, "drill", first={"attended": 36000}),
    computed("S004-066", "drill_attendance", LONG, 36000),
    record("S004-067", "persons_trained", LONG, 95000, TRAIN, counts={"trained": 95000}, topic="网络竞赛云课堂", by="topic", part="网络竞赛云课堂"),
    computed("S004-069", "leaflets", LONG, 132000),
)
# Counted from hazards: scaled as they are, rows of the largest ledger.
SCALED = {
    "S000-025": 102283, "S003-024": 225400, "S003-025": 224900,
    "S004-046": 90337, "S004-047": 86408, "S004-058": 3428,
    "S003-044": 3114, "S003-045": 3062, "S003-051": 17916, "S003-061": 2950, "S003-099": 2726,
    "S003-100": 2247, "S003-101": 9400, "S000-044": 530,
}  # fmt: skip
# fmt: on

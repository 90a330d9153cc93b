# ruff: noqa: E501 (the tables are wide so that they can be read)
"""The named people of the sample district, as a table: one cast for tests, demo and pictures.

Firms and persons are made up; towns are real (温岭市 331081). Rows are told by their English
name, which is the attribute on `District`.
"""

# fmt: off
AREAS = (
    # name               code             label        level       parent              grid kind
    ("wenling",          "331081000000",  "温岭市",    "DISTRICT", None,               ""),
    ("taiping",          "331081001000",  "太平街道",  "TOWN",     "wenling",          ""),
    ("zeguo",            "331081100000",  "泽国镇",    "TOWN",     "wenling",          ""),
    ("east_new_area",    "331081400000",  "东部新区",  "TOWN",     "wenling",          ""),  # statistical, not a town
    ("village_dongmen",  "331081001003",  "迎辉社区",  "VILLAGE",  "taiping",          ""),
    ("village_muyu",     "331081100024",  "牧屿街居委会","VILLAGE",  "zeguo",            ""),
    ("grid3",            "331081001003003", "迎辉3号网格", "GRID", "village_dongmen",  "GENERAL"),
    ("grid7",            "331081100024007", "牧屿7号网格", "GRID", "village_muyu",     "GENERAL"),
)

BODIES = (
    # name               label                         short         kind          area       sectors
    ("bureau",           "温岭市应急管理局",           "应急局",     "BUREAU",     "wenling", ("*",)),
    ("fire_brigade",     "温岭市消防救援大队",         "消防大队",   "DEPARTMENT", "wenling", ("fire", "e_bike")),
    ("housing_bureau",   "温岭市住房和城乡建设局",     "住建局",     "DEPARTMENT", "wenling", ("construction", "gas")),
    ("taiping_street",   "温岭市人民政府太平街道办事处", "太平街道", "TOWN",       "taiping", ("*",)),
    ("zeguo_town",       "温岭市泽国镇人民政府",       "泽国镇",     "TOWN",       "zeguo",   ("*",)),
    ("cold_chain",       "温岭市泽海冷链物流有限公司", "泽海冷链",   "ENTERPRISE", "village_muyu", ("ammonia_refrigeration",)),
    ("foundry",          "温岭市辉达铸造厂",           "辉达铸造",   "ENTERPRISE", "village_dongmen", ("molten_metal",)),
)

POSTS = (
    # name                     label                        body              area       superior                 roles
    ("chief_post",             "应急局分管局长",            "bureau",         "wenling", None,                    ("chief",)),
    ("section_post",           "应急局综合协调科",          "bureau",         "wenling", "chief_post",            ("section",)),
    ("admin_post",             "应急局系统管理员",          "bureau",         "wenling", "chief_post",            ("administrator",)),
    ("taiping_leader_post",    "太平街道分管领导",          "taiping_street", "taiping", "section_post",          ("town_leader",)),
    ("taiping_station_post",   "太平街道应急消防管理站",    "taiping_street", "taiping", "taiping_leader_post",   ("station",)),
    ("zeguo_leader_post",      "泽国镇分管领导",            "zeguo_town",     "zeguo",   "section_post",          ("town_leader",)),
    ("zeguo_station_post",     "泽国镇应急消防管理站",      "zeguo_town",     "zeguo",   "zeguo_leader_post",     ("station",)),
    ("grid3_post",             "迎辉3号网格员",             "taiping_street", "grid3",   "taiping_station_post",  ("grid_worker",)),
    ("grid7_post",             "牧屿7号网格员",             "zeguo_town",     "grid7",   "zeguo_station_post",    ("grid_worker",)),
    ("cold_chain_manager_post", "泽海冷链主要负责人",       "cold_chain",     "village_muyu", "zeguo_station_post", ("manager",)),
    ("cold_chain_safety_post", "泽海冷链安全管理员",        "cold_chain",     "village_muyu", "cold_chain_manager_post", ("safety_officer",)),
    ("foundry_safety_post",    "辉达铸造安全管理员",        "foundry",        "village_dongmen", "taiping_station_post", ("safety_officer",)),
    ("fire_post",              "消防大队防火监督岗",        "fire_brigade",   "wenling", "section_post",          ("inspector",)),
    ("housing_post",           "住建局安全监督岗",          "housing_bureau", "wenling", "section_post",          ("inspector",)),
)

PERSONS = (
    # name                    label      phone          account      posts
    ("zhou_chief",            "周建国",  "13800000001", "zhoujg",    ("chief_post",)),
    ("chen_section",          "陈静",    "13800000002", "chenj",     ("section_post",)),
    ("ma_admin",              "马超",    "13800000003", "mac",       ("admin_post",)),
    ("wang_taiping_leader",   "王芳",    "13800000004", "wangf",     ("taiping_leader_post",)),
    ("zhao_taiping_station",  "赵敏",    "13800000005", "zhaom",     ("taiping_station_post",)),
    ("qian_taiping_deputy",   "钱伟",    "13800000006", "qianw",     ("taiping_station_post",)),
    ("lin_zeguo_leader",      "林海",    "13800000007", "linh",      ("zeguo_leader_post",)),
    ("huang_zeguo_station",   "黄磊",    "13800000008", "huangl",    ("zeguo_station_post",)),
    ("li_grid3",              "李秀英",  "13800000009", "lixy",      ("grid3_post",)),
    ("sun_grid7",             "孙国强",  "13800000010", "sungq",     ("grid7_post",)),
    ("xu_safety",             "徐文",    "13800000011", "xuw",       ("cold_chain_safety_post",)),
    ("ye_manager",            "叶青",    "13800000012", "yeq",       ("cold_chain_manager_post",)),
    ("jin_foundry",           "金大勇",  "13800000013", "jindy",     ("foundry_safety_post",)),
    ("luo_fire",              "罗军",    "13800000014", "luoj",      ("fire_post",)),
    ("he_housing",            "何丽",    "13800000015", "hel",       ("housing_post",)),
    ("wu_bystander",          "吴路",    "13800000016", "wul",       ()),
)
# fmt: on

PASSWORD = "anlan-demo-2024"

# ruff: noqa: E501, SIM905 (tables of words)
"""Made-up names of persons, firms and places, the same for the same seed."""

from random import Random

SURNAMES = (
    "陈林王张叶江金徐李郑蔡潘朱赵吴阮颜谢蒋黄周狄瞿梁季许郭毛方莫沈程卢戴鲍应曹钟孙杨余胡何罗丁邵冯"
)
GIVEN = (
    "建国 伟 芳 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀兰 霞 平 刚 桂英 文 辉 玲 志强 海燕 小红 "
    "晓东 雪梅 国华 丽萍 建华 玉兰 仁富 正友 云飞 思源 子涵 雨桐 一鸣 佳怡 大勇 光明 春花 冬梅 立新 "
    "永康 素珍 招娣 仙花 林祥 文斌 剑锋 振宇 海波 可欣 梦洁 昌盛 夏青 荣根 阿土 金水 美玲 天佑 其昌"
).split()
FIRM_WORDS = (
    "泽海 鑫源 宏达 永丰 海峰 东盛 万通 利民 恒泰 金桥 浙安 华兴 三和 四海 五洲 九龙 新力 大明 合众 "
    "同心 瑞丰 长屿 双飞 佳特 海星 飞鹏 联众 正道 顺达 启航 天元 百川 瓯江 石塘 龙门 渔歌 山海 橡源"
).split()

# sector → what such firms are called
TRADES = {
    "ammonia_refrigeration": ("冷链物流有限公司", "水产冷冻厂", "食品冷藏有限公司"),
    "molten_metal": ("铸造厂", "有色金属压铸有限公司"),
    "combustible_dust": ("木业有限公司", "铝制品抛光厂", "鞋材厂"),
    "confined_space": ("印染有限公司", "腌制食品厂", "污水处理有限公司"),
    "chemical": ("化工有限公司", "涂料经营部", "制药辅料有限公司"),
    "lithium_battery": ("新能源电池有限公司", "电池回收站"),
    "e_bike": ("电动车行", "充电服务有限公司"),
    "fishery": ("渔业专业合作社", "船舶修理厂"),
    "construction": ("建设有限公司项目部", "装饰工程有限公司"),
    "gas": ("餐饮店", "燃气经营服务站", "海鲜大排档"),
    "fire": ("鞋业有限公司", "机电有限公司", "泵业有限公司", "出租厂房", "超市"),
    "special_equipment": ("锅炉设备有限公司", "物业管理有限公司"),
    "tourism": ("民宿", "旅游开发有限公司"),
    "self_built_house": ("经营性自建房", "小旅馆"),
    "road_traffic": ("汽车修理厂", "货运有限公司"),
    "special_operation": ("焊接加工点", "钢结构有限公司"),
}


def person_name(dice: Random) -> str:
    return dice.choice(SURNAMES) + dice.choice(GIVEN)


def firm_name(dice: Random, place: str, sector: str) -> str:
    first, second = dice.sample(FIRM_WORDS, 2)
    return f"{place}{first}{second[0]}{dice.choice(TRADES[sector])}"


def phone(number: int) -> str:
    """A number that looks like a mobile phone's and is nobody's: 000 after the network code."""
    return f"139000{number % 100000:05d}"


class Roll:
    """Tells namesakes of one body apart by the end of their number (同名同姓)."""

    def __init__(self) -> None:
        self._seen: set[tuple[int, str]] = set()

    def remark(self, body_id: int, name: str, number: str) -> str:
        """Empty for the first of a name, 尾号1234 for every further one."""
        known = (body_id, name) in self._seen
        self._seen.add((body_id, name))
        return f"尾号{number[-5:]}" if known else ""

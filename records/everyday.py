"""What people call things every day, and what the letters call them; for offers, nothing takes the one for the other."""

from __future__ import annotations

_FORMAL = {
    "社宅": "社會住宅",
    "長照": "長期照顧|長期照護",
    "萊豬": "萊克多巴胺|乙型受體素",
    "萊劑": "萊克多巴胺|乙型受體素",
    "健保": "全民健康保險",
    "勞保": "勞工保險",
    "國保": "國民年金",
    "勞退": "勞工退休金",
    "職災": "職業災害",
    "缺工": "勞動力不足|勞動力短缺|人力不足|人力短缺|農業勞動力",
    "無薪假": "減班休息",
    "最低工資": "基本工資",
    "外勞": "移工|外籍勞工",
    "移工": "外籍勞工|外國人從事",
    "外配": "新住民|外籍配偶",
    "身障": "身心障礙",
    "早療": "早期療育",
    "性平": "性別平等",
    "同婚": "同性婚姻|相同性別",
    "原民": "原住民",
    "偏鄉": "偏遠地區|偏遠",
    "酒駕": "酒後駕車|酒後駕駛",
    "詐騙": "詐欺",
    "假訊息": "爭議訊息|不實訊息",
    "假新聞": "爭議訊息|不實訊息",
    "個資": "個人資料",
    "資安": "資通安全|資訊安全",
    "課綱": "課程綱要",
    "少子化": "少子女化",
    "公幼": "公立幼兒園",
    "托育": "托嬰|幼兒照顧",
    "綠能": "再生能源",
    "光電": "太陽光電|太陽能",
    "風電": "風力發電|離岸風",
    "核四": "龍門電廠",
    "空污": "空氣污染|空氣汙染",
    "空汙": "空氣污染|空氣汙染",
    "電動車": "電動汽車|電動運具",
    "高鐵": "高速鐵路",
    "國道": "高速公路",
    "前瞻": "前瞻基礎建設",
    "國旅": "國民旅遊",
    "教召": "教育召集",
    "司改": "司法改革",
    "碳排": "溫室氣體排放|碳排放",
    "淨零": "淨零排放|碳中和",
    "房價": "不動產價格|住宅價格",
    "打房": "健全房市|健全房地產",
    "租補": "租金補貼",
    "口罩": "醫用口罩",
}


def formal_words(folded: str) -> list[str]:
    """What the letters may call what a folded word calls by its everyday name; empty where it holds none."""
    for everyday, formal in _FORMAL.items():
        if everyday in folded:
            return [folded.replace(everyday, one) for one in formal.split("|") if one not in folded]
    return []


_EPIDEMIC = "疫情|疫苗|防疫|新冠|covid|肺炎"
_TOPICS = dict.fromkeys("疫情 新冠 新冠肺炎 新冠疫情 covid covid19 covid-19".split(), _EPIDEMIC)


def words_of_topic(word: str) -> str:
    """What is left out with a matter that letters speak of in several words (不要疫情, 不含 疫情相關), | between them."""
    return _TOPICS.get(word.removesuffix("的").removesuffix("相關").casefold(), word)

"""What people say in place of the bot's commands, as a whole message: each is put into the words that `answer` knows."""

from __future__ import annotations

import re

_HOW_MUCH = "(?:是?多少|如何|最[高低好差]的?)?"
_RATE = "(?:達成率|完成率|兌現率)"
_RANKING = "(?:排行榜?|排名|名次)"
_RANKED = "逾期|過期|跳票|延宕|達成|兌現|佐證不足"
_JUDGED = "佐證不足|期限存疑|期限明確|尚無結論|AI ?判定(?:達成|不採認)?|未複核|待複核"
_FILE = "csv|excel|xlsx?|表格|檔案|名單|清單"
_OF_QUESTIONS = "\\S.*(?:[部會署局院府處]|逾期|過期|達成|期限|佐證|複核|承諾|overdue|MO[A-Z]+).*"
"""What only a question about commitments holds: 手冊 下載 and 農產品 輸出 are texts."""

_SPOKEN = [
    (re.compile(said, re.IGNORECASE), meant)
    for said, meant in (
        ("(?:我要|我想要?|請(?:你?幫我)?|麻煩|幫我)(?=訂閱|取消|刪除|退訂|暫停|恢復|匯[出入]訂閱|複核)", ""),
        (
            "(?:我的)?訂閱列表|我的訂閱清單|我(?:目前)?訂閱了(?:什麼|哪些)?[?？]?|my (?:watches|subscriptions)",
            "訂閱清單",
        ),
        ("(?:取消|刪除|停止|退掉)(?:我的)?(?:全部|所有)(?:的)?訂閱|全部(?:取消|刪除|退訂)(?:訂閱)?", "取消訂閱 全部"),
        (
            r"(?:delete|cancel|stop|unsubscribe(?: from)?) (?:all|everything)(?: (?:watches|subscriptions))?|/stop",
            "取消訂閱 全部",
        ),
        (r"刪除訂閱\s*(\S.*)?", r"取消訂閱 \1"),
        (r"取消\s*(\S{1,30}?)的?訂閱", r"取消訂閱 \1"),
        (r"不(?:要|想)(?:再|繼續)?訂閱\s*(\S.*?)了?", r"取消訂閱 \1"),
        (r"暫停(?:所有|全部)?(?:訂閱|通知)?", "暫停訂閱"),
        (r"(?:恢復|繼續)(?:所有|全部)?(?:訂閱|通知)?|unpause", "恢復訂閱"),
        (r"(取消訂閱|暫停訂閱|恢復訂閱)(\d+)", r"\1 \2"),
        (r"(?:編輯|修改|調整)訂閱.*|edit(?: (?:watch|subscription))? \d+", "訂閱清單"),
        (r"(?:lang|language)(?: (en|english|zh|zh-tw|中文|英文))?", r"/lang \1"),
        (r"(grant|revoke) ((?:telegram|slack):\S+.*)", r"/\1 \2"),
        ("(?:你|您)好|哈囉|嗨|hi|hello|hey|謝謝(?:你|您)?|感謝|thanks|thank you", "說明"),
        (r"(?:請|幫我|麻煩)(?:你?幫我)?統計(?:一下)?\s*(\S.*)|統計一下\s*(\S.*)?", r"統計 \1\2"),
        (rf"{_RATE}{_HOW_MUCH}", "統計"),
        (rf"(?:各個?|哪個)(?:部會?|機關|單位)的?{_RATE}{_HOW_MUCH}|{_RATE}(?:排行榜?|排名|最[高低].*)", "統計 各機關"),
        (rf"(\S.{{1,30}}?)\s*的?{_RATE}{_HOW_MUCH}", r"統計 \1"),
        (rf"{_RANKING}\s*({_RANKED})?", r"統計 各機關 \1"),
        (rf"(?:各?(?:部會|機關))?({_RANKED})?的?{_RANKING}", r"統計 各機關 \1"),
        (rf"(\S.*?(?:{_RANKED}))\s*的?{_RANKING}", r"統計 各機關 \1"),
        (
            rf"(?:誰|哪個(?:部會?|機關|單位))(?:最(?:多|會|常|愛)({_RANKED})|({_RANKED})(?:的?承諾)?最多)的?",
            r"統計 各機關 \1\2",
        ),
        ("(?:誰|哪個(?:部會?|機關|單位))(?:的?承諾最多|最多承諾)", "統計 各機關"),
        (rf"(?:依|按|照)(?:部會|機關)別?(?:統計)?(?:\s+(\S.*)|({_RANKED}))?", r"統計 各機關 \1\2"),
        (r"(?:匯出|下載)(?:我的)?訂閱(?:清單)?|export (?:my )?(?:watches|subscriptions)", "匯出訂閱"),
        (rf"(?:我要|請)?(?:下載|匯出|export|download)(?:{_FILE}|\s|[,，:：])+({_OF_QUESTIONS})", r"csv \1"),
        (rf"(?:我要|請)?(?:下載|匯出)(?:{_FILE})?(?=\S{{1,10}}[部會署局院府])(\S.*)", r"csv \1"),
        (rf"({_OF_QUESTIONS}?)[\s,，]+(?:下載|匯出|export|download|(?:下載|匯出)?(?:{_FILE}))", r"csv \1"),
        (r"csv\s*[:：,，]\s*(\S.*)", r"csv \1"),
        (
            rf"(?:什麼是|何謂|什麼叫(?:做)?)(?:{_JUDGED})[?？]?|(?:{_JUDGED})是?(?:什麼|啥)(?:意思)?[?？]?|怎麼(?:判斷|判定)的?[?？]?",
            "怎麼判斷",
        ),
        (
            r"(?:請?(?:不要|別)(?:再)?(?:傳|發|吵|煩|通知)(?:通知|訊息|我|了|給我)*|停止(?:通知|傳送)?|關(?:閉|掉)通知|stop)[!！。]?",
            "訂閱清單",
        ),
        (r"[上下]一頁|next page|previous page", "翻頁"),
        (r"subscribe to (\S.*)", r"subscribe \1"),
        (r"unsubscribe from (\S.*)", r"unsubscribe \1"),
    )
]
"""What people say in place of the words above, as a whole message; the bot's own words stand behind it."""


def as_commanded(text: str) -> str:
    """A message with what people say of watches as the bot's own words; anything else as it stands."""
    for said, meant in _SPOKEN:
        if meant == "":
            text = said.sub("", text, count=1) if said.match(text) else text
        elif found := said.fullmatch(text.rstrip("。!！~～ ")):
            return found.expand(meant).strip()
    return text

"""What a promise is about: the words that tell it apart from other promises, and the amounts that it names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from records.words import fold, normal

SHOWN_WORDS = 3
"""Words that a doubt names at most."""

COMMONPLACE = frozenset(
    (
        "上開 並於 中央 中心 主管 主要 事業 事項 交通 人員 以上 以下 以及 作業 作為 使用 供應 依據 促進 保護 保障 修正 "
        "健康 優先 內容 全國 全面 公共 公司 公告 共同 其中 其他 分別 利用 制度 刻正 加強 加速 包含 包括 區域 協助 協調 "
        "原則 參考 及其 取得 另為 召開 台灣 各地 各項 合作 同時 單位 嚴重 因應 問題 國內 國家 國際 團體 地區 地方 執行 "
        "基礎 報告 增加 多元 委員 安全 完成 宣導 實施 審查 專案 專業 對於 對象 小組 工作 工程 已於 市場 平台 年度 建立 "
        "建置 建議 強化 影響 後續 情形 意見 成立 我國 截至 技術 投入 持續 掌握 推動 措施 提供 提出 提升 提高 擴大 改善 "
        "政府 政策 教育 整合 整體 方式 方案 是否 會議 有效 有關 服務 期間 未來 本年 本部 核定 條件 條例 業務 業者 標準 "
        "模式 機制 機構 機關 檢討 權益 此外 每年 民國 民眾 法規 活動 減少 無法 特殊 狀況 現行 環境 生活 產業 申請 疫情 "
        "發展 發生 目前 目標 相關 研究 研議 確保 社會 福利 科技 程序 積極 穩定 符合 策略 管制 管理 範圍 簡稱 系統 納入 "
        "經濟 經費 維持 維護 考量 能力 落實 處理 行政 衛生 補助 要求 規劃 規定 規範 訂定 計畫 訓練 設備 設施 設置 設計 "
        "評估 說明 調整 調查 資料 資源 資訊 輔導 辦法 辦理 透過 通過 造成 進行 運用 避免 部分 配合 重要 重點 針對 長期 "
        "開發 關於 降低 階段 需求 項目 預計 風險 鼓勵"
    ).split()
)
"""Words of two characters in a fifth or more of the 400 letters that the real records held in January 2026.

They tell no subject apart, so a letter that holds them need not speak of the promise. Pairs that are no words (員就, 復如)
are left out. `python -m benchmarks.doubts` measures what follows from the list.
"""

_REPORTING = re.compile("政府|承諾|表示|宣布|指出|強調|昨天|今天|將於|預計")
_DATE = re.compile(
    r"(?:民國)?[0-9]{2,4}年(?:[0-9]{1,2}月(?:[0-9]{1,2}日)?)?[底初度]?[之以]?前?|[0-9]{1,2}月[底初]?前?|[年月]底前?|[今明去後]年[底初]?"
)
"""Days and years: many a promise has the same, and of quite another matter."""

_NUMBER_OR_NAME = re.compile(r"[0-9]+[千萬億兆]\w|[0-9]+\.[0-9]+[a-z]*|[0-9a-z]{3,}")
_PARTICLES = frozenset("之的與及為將於並以等而其或在已")
_RUN = re.compile(r"[\u3400-\u9fff]+")
_NUMBER = r"\d++(?:,\d{3})*+(?:\.\d+)?+"  # possessive: a long run of digits must not be tried in every division
_AMOUNT = re.compile(  # a digit is asked for first: that takes a third of the time
    rf"(?=\d)(?<![\d.第/-])((?:{_NUMBER}[兆億萬千])++(?:{_NUMBER})?+|{_NUMBER})(?![年月日號條屆項款期]|[-/.]\d)"
    r"(%|[A-Za-z]{1,5}|(?:平方|立方)?公[尺里噸頃斤升分]|人次|小時|分鐘|個月|(?![至到與及的之或和以並等於在])[\u3400-\u9fff])?",
    re.ASCII,
)
_TERM = re.compile(r"([\d,.]+)([兆億萬千]?)", re.ASCII)
_TIMES = {"": 1, "千": 10**3, "萬": 10**4, "億": 10**8, "兆": 10**12}


@lru_cache(maxsize=64)  # a record may have dozens of verdicts
def telling_words(text: str) -> Sequence[str]:
    """The runs of two or more Chinese characters that are left between commonplace words: 小果番茄納入補助計畫 → 小果番茄."""
    words: dict[str, None] = {}
    for run in _RUN.findall(fold(text)):
        begin = at = 0
        while at < len(run):
            skipped = 2 if run[at : at + 2] in COMMONPLACE else 1 if run[at] in _PARTICLES else 0
            if skipped:
                words[run[begin:at]] = None
                begin = at + skipped
            at += skipped or 1
        words[run[begin:]] = None
    return tuple(word for word in words if len(word) > 1)


def without_reporting(text: str) -> str:
    """A text without what reports say of any promise."""
    return _REPORTING.sub("，", text)


def without_dates(text: str) -> str:
    """A text without days and years."""
    return _DATE.sub("，", text)


def numbers_and_names(text: str) -> Sequence[str]:
    """What a text names in digits or Latin letters, each once: 20萬戶, 1000mw."""
    return tuple(dict.fromkeys(_NUMBER_OR_NAME.findall(fold(text))))


def missing_words(letter_text: str, title: str, promise: str) -> Sequence[str]:
    """The telling words that were looked for where the letter speaks of nothing that the promise is about; else none.

    It speaks of it where it holds two characters in a row of a title's telling word, or three of one of the promise's:
    a title has few words, each of weight, and a promise has many.
    """
    text = _folded(letter_text)
    of_title = telling_words(title)
    if any(word[at : at + 2] in text for word in of_title for at in range(len(word) - 1)):
        return ()
    of_promise = [word for word in telling_words(promise) if len(word) > 2]
    if any(word[at : at + 3] in text for word in of_promise for at in range(len(word) - 2)):
        return ()
    return (of_title or of_promise)[:SHOWN_WORDS]


SMALLEST_SIGN = 100
"""Smaller numbers occur in letters of any subject."""

_folded = lru_cache(maxsize=512)(fold)  # many citations name one letter, and NFKC of a whole letter is slow


def amounts(text: str) -> Mapping[Decimal, str]:
    """The amounts that a text names, in order, each as it stands with the unit behind it: 2萬5250元 is 25250.

    Days, years and the numbers of articles, sessions and letters are no amounts.
    """
    found: dict[Decimal, str] = {}
    for number, unit in _AMOUNT.findall(normal(text)):
        terms = _TERM.findall(number)
        value = sum((Decimal(digits.replace(",", "")) * _TIMES[times] for digits, times in terms), Decimal())
        found.setdefault(value, number + unit)
    return found


def foreign_amounts(summary: str, letter_text: str, promise: str) -> Sequence[str]:
    """The amounts that a summary of a letter names and neither the letter nor the promise does, as the summary has them."""
    held = amounts(letter_text).keys() | amounts(promise).keys()
    return [told for number, told in amounts(summary).items() if number >= SMALLEST_SIGN and number not in held]

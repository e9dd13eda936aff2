"""The golden questions: as people type them, with the number of real records that answer each on 2026-01-28."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers import found
from handlers.message import Message, RefusedError, plain
from handlers.policy import directory
from records.meanings import QuestionError
from records.query import Query
from store import commitments, matching
from tests.handlers.conftest import Newsroom
from tests.sample import asks, noon

DAY = "2026-01-28"

GOLDEN = (
    ("法務部 overdue", 12),
    ("法務部逾期", 12),
    ("衛福部逾期 不要疫情", 47),
    ("LCIDC01_1102502_00002", 232),
    ("https://ppg.ly.gov.tw/ppg/download/communique1/work/110/25/LCIDC01_1102502_00002.doc", 232),
    ("v2.ly.govapi.tw/gazette_agenda_doc/1102502_00002/html", 232),
    ("教育部 未複核", 166),
    ("教育部 達成 未經人工複核", 53),
    ("教育部 有期限", 64),
    ("教育部-逾期", 122),
    ("交通部－捷運", 150),
    ("非教育部 逾期", 514),
    ("逾期但不是教育部的", 514),
    ("不含法務部的逾期", 546),
    ("法務部以外的逾期", 546),
    ("除了捷運以外的交通部", 150),
    ("教育部除教科書外", 165),
    ("衛福部排除疫情", 131),
    ("衛福部 逾期 疫情除外", 47),
    ("未完全達成", 13),
    ("教育部還沒達成", 113),
    ("2022、2023 教育部", 23),
    ("112-114年 教育部", 27),
    ("蘇巧慧委員質詢的衛福部逾期", 3),
    ("楊瓊瓔問教育部", 17),
    ("屠宰場HAC", 1),
    ("法務部逾期幾件", 12),
    ("1100097614號函", 4),
    ("due by end of 2023", 586),
    ("deadline passed MOE", 44),
    ("逾期法務部", 12),
    ("佐證不足教育部", 42),
    ("存疑教育部", 76),
    ("沒有期限教育部", 102),
    ("楊瓊瓔教育部", 17),
    ("影像下架法務部", 1),
    ("2023教育部", 11),
    ("2023衛福部逾期", 18),
    ("112年教育部逾期", 10),
    ("逾期衛環", 119),
    ("逾期衛福部2023社會福利", 4),
    ("逾期的教育部和文化部", 48),
    ("教育部/文化部 逾期", 48),
    ("教育部|文化部逾期", 48),
    ("(教育部 OR 文化部) 逾期", 48),
    ("衛福部逾期（不含疫情）", 47),
    ("除衛福部外 逾期", 478),
    ("交通部 - 捷運", 150),
    ("交通部 不含捷運和高鐵", 148),
    ("路燈 OR 電桿", 2),
    ("民國 112 年 衛福部", 24),
    ("一百一十二年底到期", 85),
    ("教育部 一一二年", 11),
    ("二〇二三年 逾期", 137),
    ("行政院 110年12月1日 院台專字第 1100097614 號函", 4),
    ("編號 5d6747b3", 1),
    ("#5d6747b3", 1),
    ("lci.ly.gov.tw/LyLCEW/communique1/work/110/25/LCIDC01_1102502_00002.doc", 232),
    ("what promises of the Ministry of Labor are overdue?", 12),
    ("AI says kept MOE", 53),
    ("insufficient evidence MOE", 42),
    ("doubtful MOE", 76),
    ("MOE by 2025", 64),
    ("台電 儲能", 7),
    ("楊瓊瓔 教育部", 17),
    ("蘇巧慧 還沒做到", 32),
    ("電子菸", 4),
    ("電子煙", 4),
    ("社宅 20萬戶", 0),
    ("社會住宅", 19),
    ("社宅|社會住宅", 19),
    ("台鐵", 7),
    ('"台鐵"', 23),
    ("下個月到期", 0),
    ("今年底到期的有哪些 交通部", 0),
    ("院臺專字第1100097614號", 4),
    ("環保署 2030", 2),
    ("食藥署 萊豬", 2),
    ("食藥署 萊豬|萊克多巴胺|乙型受體素", 5),
    ("農委會 缺工", 0),
    ("待複核 法務部", 0),
    ("存疑 教育部", 76),
    ("判定存疑 教育部", 42),
    ("期限存疑 教育部", 44),
    ("新北", 15),
    ("新北市政府", 4),
    ("衛環", 346),
    ("行政院 自己的", 68),
    ("行政院", 68),
    ("5d6747b3", 1),
    ("2025前 沒消息", 471),
    ("agency:法務部 status:已延宕 due:<2026-12-31", 12),
    ("衛福部 2023 逾期 社會福利", 4),
    ("教育部 本月到期", 0),
    ("影像下架", 1),
    ("交通部 -捷運", 150),
    ('"社會住宅"', 19),
    ("30天內到期", 0),
    ("有新佐證 本週", 0),
    ("待複核", 0),
    ("佐證不足", 321),
    ("沒有期限", 787),
    ("期限明確", 281),
    ("期限存疑", 519),
    ("存疑", 725),
    ("衛福部", 225),
    ("衛生福利部", 225),
    ("Ministry of Health and Welfare", 225),
    ("mohw", 225),
    ("教育部", 166),
    ("教育部|文化部", 186),
    ("教育部 文化部", 186),
    ("教育部 或 文化部", 186),
    ("經濟部", 153),
    ("經濟部 含國營事業", 210),
    ("經濟部 不含國營事業", 153),
    ("台電", 40),
    ("中油", 13),
    ("農業部", 120),
    ("農委會", 120),
    ("農業部 逾期", 37),
    ("環境部", 69),
    ("環保署", 69),
    ("海保署", 0),
    ("已達成", 431),
    ("達成 佐證不足", 321),
    ("尚無結論", 1156),
    ("無更新", 0),
    ("追蹤中", 1156),
    ("未載明機關", 127),
    ("沒有機關", 127),
    ("楊瓊瓔", 230),
    ("楊瓊瓔委員", 230),
    ("楊瓊瓔 蘇巧慧", 266),
    ("蘇巧慧", 36),
    ("legislator:楊瓊瓔", 230),
    ("社會福利", 361),
    ("category:社會福利", 361),
    ("交通", 166),
    ("類別 交通", 166),
    ("交通部 交通", 149),
    ("2023", 165),
    ("2023年", 165),
    ("112年", 165),
    ("民國112年", 165),
    ("2023 逾期", 137),
    ("2026", 4),
    ("2030", 13),
    ("不含疫情的教育部", 141),
    ("不要疫情的衛福部逾期", 47),
    ("除了疫情的衛福部", 131),
    ("逾期 不含 教育部 和 衛福部", 437),
    ("逾期 -教育部、衛福部", 437),
    ("overdue -MOE and MOHW", 437),
    ("衛福部，逾期，疫情除外", 47),
    ("逾期 但不要教育部", 514),
    ("教育部 逾期 但不含疫情", 38),
    ("“社會住宅”", 19),
    ("『社會住宅』", 19),
    ("法務部 “影像下架”", 1),
    ("去年下半年", 96),
    ("2025年底逾期", 84),
    ("教育部2025年底逾期", 5),
    ("教育部 2022 2023", 23),
    ("教育部 AI 判定達成", 53),
    ("教育部 不含AI判定達成", 113),
    ("未見完成紀錄", 558),
    ("AI says kept, unreviewed", 431),
    ("2025前沒消息", 471),
    ("非教育部逾期", 514),
    ("除衛福部外逾期", 478),
    ("法務部全文:監獄", 4),
    ("基本工資-勞動部", 6),
    ("捷運或輕軌", 18),
    ("幼兒園逾期教育部", 6),
    ("衛福部長照", 7),
    ("衛福部長照逾期", 2),
    ("去年底到期", 96),
    ("前年到期", 69),
    ("3 個月內到期", 0),
    ("2023底", 85),
    ("114Q4", 96),
    ("第一季到期", 2),
    ("到2025年底", 753),
    ("於2025年到期", 98),
    ("教育部 20231231", 6),
    ("衛福部 2025 前 到期", 109),
    ("教育部 已經達成", 53),
    ("各部會逾期", 558),
    ("未逾期", 242),
    ("還沒到期", 45),
    ("2050 還沒到期", 6),
    ("not yet due", 45),
    ("法務部有沒有逾期", 12),
    ("法務部有沒有逾期？", 12),
    ("教育部是否逾期", 44),
    ("教育部有沒有做到？", 53),
    ("教育部有沒有佐證不足", 42),
    ("教育部有無期限", 64),
    ("教育部在2022年到期", 12),
    ("教育部自2022年到期", 12),
    ("衛福部於112年到期", 24),
    ("教育部預計2023年到期", 11),
    ("逾期 不含教育部以及衛福部", 437),
    ("交通部不含捷運以及高鐵", 148),
    ("衛福部逾期不含疫情以及疫苗", 47),
    ("教育部 以及 文化部", 186),
    ("教育部以及文化部", 186),
    ("有期限但還沒達成", 599),
    ("kept but thin evidence", 321),
    ("教育部共有幾件承諾", 166),
    ("總共幾件", 1587),
    ("法務部一共幾件", 43),
    ("目前教育部逾期", 44),
    ("教育部目前逾期", 44),
    ("去年底逾期", 84),
    ("前年年底到期", 61),
    ("後年年底到期", 6),
    ("前年下半年到期", 64),
    ("十二月三十一日到期", 2),
    ("幼兒園2022年到期", 6),
    ("疫苗2022逾期", 7),
    ("民國112年以前逾期", 272),
    ("衛福部民國112年以前逾期", 42),
    ("佐証不足", 321),
    ("Is:overdue", 558),
    ("期限：2023", 165),
    ("楊瓊瓔立委問教育部的承諾", 17),
    ("MOE not overdue", 20),
    ("教育部逾期和衛福部逾期", 121),
    ("overdue more than a year", 471),
    ("逾期 -(教育部 衛福部)", 437),
    ("MOHW overdue except pandemic", 47),
    ("MOTC -metro", 150),
    ("逾期超過一年", 471),
    ("達成了", 431),
    ("法務部還有哪些沒做到", 29),
    ("教育部 逾期 幾件", 44),
    ("教育部有多少逾期", 44),
    ("法務部：逾期", 12),
    ("法務部+逾期", 12),
    ("教育部 未复核", 166),
    ("labour ministry late", 12),
    ("MOJ’s overdue", 12),
    ("明年到期", 8),
    ("去年12月", 96),
    ("december 2025", 96),
    ("今年 12 月 到期", 2),
    ("明年十二月前到期", 10),
    ("教育部 到期", 44),
    ("教育部到期了", 44),
    ("教育部 到期 2025", 5),
    ("即將 到期", 0),
    ("今年到期", 4),
    ("下週到期", 0),
    ("本週到期", 0),
    ("2022-12-31", 82),
    ("due:2022-12-31", 82),
    ("due:>=2026", 47),
    ("due:<=2022-12-31", 421),
    ("2026起", 47),
    ("2022年底前", 421),
    ("即將到期", 0),
    ("衛福部 即將到期", 0),
    ("路燈", 2),
    ("監獄", 2),
    ("疫苗", 79),
    ("長照", 15),
    ("長期照顧|長期照護", 2),
    ("身分證", 0),
    ("身份證", 0),
    ("計畫", 417),
    ("計劃", 417),
    ("臺灣", 95),
    ("台灣", 95),
    ("占", 27),
    ("佔", 27),
    ("半導體", 4),
    ("離岸風電", 7),
    ("基本工資", 8),
    ("勞動部 基本工資", 2),
    ("「基本工資」", 8),
    ("基本工資 -勞動部", 6),
    ("移工", 35),
    ("原住民", 23),
    ("捷運", 18),
    ("捷運 -台北", 17),
    ("捷運|輕軌", 18),
    ("捷運 或 輕軌", 18),
    ("公文早於答復", 304),
    ("法務部公文早於承諾", 10),
    ("就是這件答復", 152),
    ("公文沒談這件事", 59),
    ("期限早於答復", 222),
    ("公文查無這個期限", 297),
    ("內政 ", 103),
    ("財政", 51),
    ("教文", 203),
    ("司法", 8),
    ("外交", 16),
    ("經濟", 220),
    ("ＡＩ", 14),
    ("ai", 14),
    ("COVID-19", 84),
    ("covid", 84),
    ("法務部，內政部", 134),
    ("法務部 內政部 逾期", 49),
    ("法务部 逾期", 12),
    ("卫福部", 225),
    ("國發會", 18),
    ("金管會", 19),
    ("中央銀行", 4),
    ("地方政府", 99),
    ("公司", 108),
    ("全部", 1587),
    ("法務部的逾期承諾", 12),
    ("請問法務部有哪些逾期", 12),
    ("還沒做到的有哪些 勞動部", 35),
    ("勞動部 還沒完成", 35),
    ("內政部 社會住宅", 12),
    ("gazette:https://lci.ly.gov.tw/LyLCEW/communique1/final/a.doc", 0),
    ("letter:院臺專字第1100097614號", 4),
    ("is:overdue is:clear", 215),
    ("is:overdue is:doubtful", 343),
    ("flag:predates", 304),
    ("flag:not_in_text", 59),
    ("法務部 全文:監獄", 4),
    ("全文:虐待", 34),
    ("不存在的詞彙", 0),
    ('"法務部"', 54),
    ("法務部長", 0),
    ("which ministry is late?", 558),
    ("衛福部 & 逾期", 80),
    ("教育部逾期最久的", 44),
    ("教育部逾期有多少件", 44),
    ("教育部有多少件逾期", 44),
    ("請問教育部逾期的有多少件呢？", 44),
    ("教育部還沒有做到", 113),
    ("教育部沒有完成的", 113),
    ("教育部逾期有哪些呢？", 44),
    ("教育部逾期的承諾有幾件？", 44),
    ("有幾件承諾逾期了", 558),
    ("教育部以外的部會逾期", 514),
    ("教育部以外逾期", 514),
    ("去年底前到期", 753),
    ("教育部去年底前逾期", 44),
    ("教育部 2023 年 以前 逾期", 19),
    ("教育部 自112年起逾期", 25),
    ("教育部 逾期 30 天以內", 5),
    ("教育部 逾期一年", 39),
    ("沒有佐證不足的教育部", 124),
    ("不是教育部 逾期", 514),
    ("教育部或者文化部", 186),
    ("經濟部不含國營事業逾期", 65),
    ("衛福部不含疫情逾期", 47),
    ("交通部不含捷運逾期", 56),
    ("不含疫情衛福部逾期", 47),
    ("排除疫情後衛福部逾期", 47),
    ("衛福部逾期疫情以外", 47),
    ("衛福部逾期疫情除外", 47),
    ("不含教育部逾期", 514),
    ("教育部或文化部逾期", 48),
    ("教育部或文化部或內政部逾期", 85),
    ("捷運|高鐵", 22),
    ("捷運 或 高鐵 或 輕軌", 22),
    ("楊瓊瓔長照", 1),
    ("楊瓊瓔的長照", 1),
    ("楊瓊瓔社會住宅", 2),
    ("賴品妤質詢過的內政部", 1),
    ("1100099150", 8),
    ("行政院函 中華民國110年12月22日 院臺施字第1100099150號", 8),
    ("院臺施字第1100099150號逾期", 3),
)
"""Checked against independent counts where there are any: 1,587 records, 431 verdicts, 321 of them without a later letter,
558 past their date, 225 of 衛生福利部 under either name, 68 of 行政院 itself, 12 of 法務部 past their date."""


def test_there_are_golden_questions_enough_and_each_once() -> None:
    assert len(GOLDEN) == len(dict(GOLDEN)) >= 120


OTHER_DAYS = (
    ("下個月到期", "2026-11-22", 2),
    ("今年底到期的有哪些", "2026-11-22", 2),
    ("今年底到期的有哪些 交通部", "2026-11-22", 0),
    ("30天內到期", "2026-12-01", 2),
    ("即將到期", "2026-12-01", 2),
    ("本月到期", "2025-12-10", 96),
    ("法務部 逾期", "2019-01-01", 2),
)


def test_every_golden_question_finds_as_many_records_as_it_should(
    newsroom: Newsroom, corpus: Callable[[int], Path]
) -> None:
    newsroom.folder = corpus(7)
    newsroom.sync(DAY)
    wanted = [*((text, DAY, total) for text, total in GOLDEN), *OTHER_DAYS]
    with newsroom.database.read() as tx:
        counted = [
            (text, day, matching.tally(tx, found.understand(tx, text), noon(day).date(), directory()))
            for text, day, _ in wanted
        ]
    assert counted == wanted


def test_every_title_finds_its_own_record_or_offers_to(on_sqlite: Newsroom, corpus: Callable[[int], Path]) -> None:
    on_sqlite.folder = corpus(7)
    on_sqlite.sync(DAY)
    today = noon(DAY).date()
    with on_sqlite.database.read() as tx:
        for one in matching.find(tx, Query(), today, directory(), limit=None):
            standing = commitments.standings(tx, [one.key])[0]  # with the text that is searched
            understood = found.read(tx, one.title)
            queries = [understood.query, *(offer.query for offer in understood.offers)]
            assert any(query.matches(standing, today, directory()) for query in queries), one.title


def test_every_golden_question_is_answered_within_what_a_platform_takes(
    on_sqlite: Newsroom, corpus: Callable[[int], Path]
) -> None:
    on_sqlite.folder = corpus(7)
    on_sqlite.sync(DAY)
    for text, total in GOLDEN:
        message = on_sqlite.happens(asks(text, DAY))
        assert len(plain(message)) <= 4096, text
        assert total or any(word in plain(message) for word in ("沒有", "拿掉", "或：")), text


PIECES = st.sampled_from(
    "法務部 衛福部 逾期 overdue 即將到期 本月到期 已達成 存疑 的 agency: is: status: due: due:< with: id: letter: gazette: fulltext: evidence: "
    '全文: - 不含 或 | 「 」 " , ， 、 : ： 2026-12-31 116-10-31 112年 2030 影像 社宅 新北 楊瓊瓔 院臺專字第1100097614號 https://a.test/1.doc '
    "統計 csv 本週變化 為什麼 訂閱 含國營事業 30天內到期 \n \t 5d6747b3 /start % _ \\ 😀 ß ſ ﬁ ㍿".split(" ")
)
TYPED = (
    st.lists(PIECES | st.text(max_size=4), max_size=12).map(" ".join)
    | st.lists(PIECES, max_size=8).map("".join)
    | st.text()
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TYPED)
def test_any_text_at_all_gets_an_answer_or_a_polite_error(
    on_sqlite: Newsroom, corpus: Callable[[int], Path], text: str
) -> None:
    with on_sqlite.database.read() as tx:
        loaded = not commitments.is_empty(tx)
    if not loaded:
        on_sqlite.folder = corpus(7)
        on_sqlite.sync(DAY)
    try:
        message = on_sqlite.happens(asks(text, DAY))
    except (QuestionError, RefusedError) as told:
        assert str(told)
        assert len(str(told)) < 1000
        return
    assert isinstance(message, Message)
    assert message.title

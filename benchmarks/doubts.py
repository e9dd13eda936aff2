"""`python -m benchmarks.doubts FOLDER`: how often each doubt is raised, and how well 公文沒談這件事 tells letters apart.

What is known to be true of a citation is little: a record's own letter speaks of its promise, and a letter drawn at random
does not. Between the two lie the letters that the AI cited.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from pathlib import Path

from records.flags import read_deadline, verdict_flags
from records.folder import Folder
from records.grounds import verdict_grounds
from records.record import ACHIEVED
from records.topic import missing_words

SEED = 20260128
DRAWN = 4
"""Letters drawn at random for each citation."""


def main(folder: Path) -> None:
    """Count on the records of a folder and print what was counted."""
    records = [reading.record for reading in Folder(folder).read(None, {}).readings if reading.record]
    bodies = {record.letter.key or "": record.letter.text for record in records if record.letter.text}
    texts = {record.letter.key or "": record.letter.full_text for record in records if record.letter.text}
    print(f"{len(records)} records, {len(texts)} letters held\n")

    deadlines = [read_deadline(record, bodies.get(record.letter.key or "", "")) for record in records if record.target]
    print("deadlines", dict(Counter(deadline.kind for deadline in deadlines)))
    print("doubtful ", dict(Counter(deadline.doubt.flag for deadline in deadlines if deadline.doubt)), "\n")

    achieved = [record for record in records if record.status == ACHIEVED]
    kinds = Counter(kind for record in achieved for kind in {flag.flag for flag in verdict_flags(record, texts)})
    print(f"records 已達成 with each doubt, of {len(achieved)}", dict(kinds), "\n")

    known = [known for record in records for known in verdict_grounds(record, bodies.get(record.letter.key or "", ""))]
    hold = sum(each.hold for each in known)
    print(f"older letters: {hold} later than the act, {len(known) - hold} older than the act too\n")

    cited = [
        (record, key)
        for record in records
        for key in dict.fromkeys(citation.letter.key for citation in record.verdicts)
        if key in texts and key != record.letter.key
    ]
    chance = random.Random(SEED)
    drawn = [
        (record, key)
        for record, cited_key in cited
        for key in chance.sample(sorted(texts.keys() - {record.letter.key, cited_key}), DRAWN)
    ]
    own = [(record, record.letter.key) for record in records if record.letter.key in texts]
    for name, pairs in (("own", own), ("cited", cited), ("random", drawn)):
        fired = sum(bool(missing_words(texts[key or ""], record.title, record.promise)) for record, key in pairs)
        print(f"speaks of something else, {name:6} letters: {fired} of {len(pairs)} ({fired / len(pairs):.1%})")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

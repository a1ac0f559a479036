"""Fills a disk up to some bytes while Chroma writes its graph there, then looks what the next start finds."""

import sys
from pathlib import Path

from crash_child import fill_disk
from test_index import assert_agrees, opened, units

from qa.store import StoreError

folder, room = Path(sys.argv[1]), int(sys.argv[2])
filler = folder.with_name("filler")
folder.mkdir()
said = "nothing"
try:
    with opened(folder) as library:
        library.put("a", units(1, 900))
        fill_disk(filler, room)
        # The graph is written when a thousand vectors are new.
        library.put("b", units(2, 300))
        assert_agrees(library)
except StoreError as error:
    said = str(error)
filler.unlink()
with opened(folder) as library:
    assert_agrees(library)
    library.put("c", units(3, 100))
    assert_agrees(library)
with opened(folder) as library:
    assert library.stages == []
    assert_agrees(library)
print(said)

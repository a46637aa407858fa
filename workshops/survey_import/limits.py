"""How large a file may be. An export of 100,000 answers stays well below each of these."""

FILE_BYTES = 200 * 1024 * 1024
# An XLSX is a packed archive: a few kilobytes can unpack to terabytes.
UNPACKED_BYTES = 1024 * 1024 * 1024
ARCHIVE_MEMBERS = 2_000
ROWS = 1_000_000
COLUMNS = 2_000
# A spreadsheet's own limit for one cell.
CELL_CHARACTERS = 32_767
# No more problems than this are collected: a wrong separator would otherwise report every row.
PROBLEMS = 50
# A question with more different answers than this is free text, not a choice.
LABELS = 200
LABEL_CHARACTERS = 200

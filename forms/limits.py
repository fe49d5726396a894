"""What a definition file or a set of answers may hold at most. Both come from outside; a limit on everything."""

from __future__ import annotations

FILE_BYTES_MAX = 2_000_000  # a definition with 1,000 fields is about 300 kB
FILE_DEPTH_MAX = 60
FILE_NODES_MAX = 60_000  # a definition with 1,000 fields has about 15,000
FIELDS_MAX = 5_000
RULES_MAX = 2_000
FAULTS_MAX = 200  # enough to mend a file; a hostile one doesn't get to fill the memory with complaints

ANSWER_DEPTH_MAX = 24
ANSWER_NODES_MAX = 20_000
ANSWER_TEXT_MAX = 20_000  # code points in one value; a long statement of facts is about 2,000
ANSWER_INTEGER_MAX = 2**53 - 1  # what RFC 8785 can write

LOGIC_DEPTH_MAX = 80
LOGIC_STEPS_MAX = 100_000
LOGIC_TEXT_MAX = 20_000

PATTERN_LENGTH_MAX = 500
PATTERN_BACKTRACK_MAX = 20_000
PATTERN_BYTES_MAX = 1_000_000

PROBLEMS_MAX = 500
REF_DEPTH_MAX = 40
SCHEMA_COST_MAX = 20_000  # schemas that one value is held against; a form's root has some hundreds

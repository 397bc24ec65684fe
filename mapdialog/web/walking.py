"""The signed cookie that makes a phone part of one safety walk; it opens that walk's recording and nothing else."""

from mapdialog.web.marks import Marks

# Kept for the walk, its protocol and a late phone.
_MARKS = Marks("walk", "walk-device", 200 * 86_400)

find_mark = _MARKS.find
remember = _MARKS.remember
forget = _MARKS.forget

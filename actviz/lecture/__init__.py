"""The article retold as a lecture of 50 minutes, in six forms, from the figures and claims of one run."""

from actviz.experiments.reproduction import reuse
from actviz.lecture.deck import Deck, Page, Picture, make_deck
from actviz.lecture.pictures import draw_part
from actviz.lecture.slides import Number, Slide
from actviz.lecture.targets import TARGETS, Target
from actviz.lecture.writing import SLIDES, Lecture, check_place, standing, write_lecture

__all__ = [
    "SLIDES",
    "TARGETS",
    "Deck",
    "Lecture",
    "Number",
    "Page",
    "Picture",
    "Slide",
    "Target",
    "check_place",
    "draw_part",
    "make_deck",
    "reuse",
    "standing",
    "write_lecture",
]

"""For learners and teachers: exercises with a blank where the backward stands, and the zoo of planted bugs.

    kit       the exercises: listed, started, checked in a process of their own
    grading   a folder of submissions to a table
    tasks     one file an exercise, whole; what a learner gets has a blank between two marks
    zoo       correct layers and the mistakes that are made in them
"""
from .kit import TASKS, assert_exercise, check_exercise, start

__all__ = ["TASKS", "assert_exercise", "check_exercise", "start"]

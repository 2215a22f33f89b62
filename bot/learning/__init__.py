"""Lessons, practice quizzes and progress."""

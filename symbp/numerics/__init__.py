"""Kinds of numbers, the functions that they bring, and the measure of accuracy."""

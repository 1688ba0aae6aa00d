"""Layers: functions that add equations to a system, and nothing else; no layer has a derivative."""

"""Sheets and stickers for the walls of staircases: a code to scan, and a place's own words around it."""

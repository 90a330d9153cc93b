"""Warnings from elsewhere: CAP feeds over HTTP, and folders in which others leave files."""

"""Addresses of what is owed: all of it, one matrix, one cell, the ladder."""

from django.urls import path

from . import deeds, ladder, mine, plans, views

CELL = "dues/<slug:key>/<str:row>/<str:first>/"

urlpatterns = [
    path("dues/", views.overview, name="dues"),
    path("dues/mine/", mine.mine, name="dues-mine"),
    path("dues/ladder/", ladder.everything, name="dues-ladder"),
    path("dues/ladder/<int:pk>/", ladder.one, name="arrear"),
    path("dues/ladder/<int:pk>/remind/", deeds.remind, name="arrear-remind"),
    path("dues/steps/<int:pk>/<slug:verb>/", deeds.step, name="step-deed"),
    path("dues/waivers/<int:pk>/", deeds.withdraw, name="waiver-withdraw"),
    path("dues/lines/<int:pk>/", deeds.unplan, name="plan-drop"),
    path("dues/<slug:key>/", views.matrix, name="due"),
    path("dues/<slug:key>/sheet/", views.sheet, name="due-sheet"),
    path("dues/<slug:key>/plan/", plans.page, name="due-plan"),
    path(CELL, views.cell, name="due-cell"),
    path(f"{CELL}waive/", deeds.waive, name="due-waive"),
]

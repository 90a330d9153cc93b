"""Addresses of the assessment: scores as they come, rounds as they were posted, objections."""

from django.urls import path

from . import deeds, views

urlpatterns = [
    path("assessment/", views.process, name="assessment"),
    path("assessment/towns/<slug:code>/", views.town, name="assessment-town"),
    path("assessment/post/", deeds.post, name="assessment-post"),
    path("assessment/rounds/<int:pk>/", views.one_round, name="assessment-round"),
    path("assessment/rounds/<int:pk>/close/", deeds.close, name="assessment-close"),
    path("assessment/scores/<int:pk>/", views.score, name="assessment-score"),
    path("assessment/scores/<int:pk>/object/", deeds.object_to, name="assessment-object"),
    path("assessment/scores/<int:pk>/letter/<slug:kind>/", deeds.letter, name="assessment-letter"),
    path("assessment/objections/<int:pk>/", deeds.decide, name="assessment-decide"),
]

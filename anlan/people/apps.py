from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "anlan.people"
    verbose_name = "人员责任"

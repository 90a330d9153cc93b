"""Signing in and out."""

from django.urls import path

from . import views

urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign_in"),
    path("sign-in/password/", views.NewPassword.as_view(), name="new_password"),
    path("sign-out/", views.sign_out, name="sign_out"),
]

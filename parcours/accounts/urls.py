"""The doors of django-allauth that we open (its names kept), and our own pages. Passwords and sign-up have no door."""

from allauth.account import views as allauth_views
from django.urls import include, path

from parcours.accounts import views

demo = [
    path("", views.demo, name="demo"),
    path("<int:pk>/", views.demo_sign_in, name="demo_sign_in"),
]

urlpatterns = [
    path("", views.profile, name="account_profile"),
    path("download/", views.download, name="account_download"),
    path("sessions/end/", views.end_sessions, name="account_end_sessions"),
    path("roles/", views.roles, name="account_roles"),
    path("login/", allauth_views.login, name="account_login"),
    # The same page: allauth sends people here when a code has expired.
    path("login/again/", allauth_views.login, name="account_request_login_code"),
    path("login/code/", allauth_views.confirm_login_code, name="account_confirm_login_code"),
    # Sign-up is closed; allauth's messages lead here.
    path("signup/", views.by_invitation, name="account_signup"),
    path("logout/", allauth_views.logout, name="account_logout"),
    path("inactive/", allauth_views.account_inactive, name="account_inactive"),
    path("second-factor/", include("allauth.mfa.urls")),
    path("demo/", include((demo, "accounts"))),
]

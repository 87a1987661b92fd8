from django.urls import path

from parcours.people.views import me, people, proofs

app_name = "people"

urlpatterns = [
    path("", people.people, name="people"),
    path("me/", me.me, name="me"),
    path("me/change/", me.change, name="me-change"),
    path("me/agree/<slug:purpose>/", me.consent, name="agree"),
    path("me/withdraw/<int:pk>/", me.withdraw, name="withdraw"),
    path("me/card/revoke/", me.revoke, name="card-revoke"),
    path("me/data.zip", me.take, name="take"),
    path("me/erase/", me.erase, name="erase"),
    path("erasures/", proofs.proofs, name="proofs"),
    path("card/<str:secret>/", me.card, name="card"),
    path("<slug:key>/", people.person, name="person"),
    path("<slug:key>/change/", people.edit, name="edit"),
    path("<slug:key>/consent/", people.consent, name="consent"),
    path("<slug:key>/card/", people.card, name="card-new"),
    path("<slug:key>/account/", people.account, name="account"),
]

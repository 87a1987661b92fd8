from django.urls import path

from parcours.portfolio.views import owner, papers, tutors

app_name = "portfolio"

urlpatterns = [
    path("", owner.mine, name="mine"),
    path("parts/<slug:part>/hide/", owner.hide, name="hide"),
    path("parts/<slug:part>/share/", owner.share, name="share"),
    path("lived/<slug:strand>/", owner.strand, name="strand"),
    path("lived/<slug:strand>/new/", owner.experience, name="experience-new"),
    path("experiences/<slug:key>/", owner.experience, name="experience"),
    path("competences/", owner.competences, name="competences"),
    path("competences/new/", owner.claim, name="claim-new"),
    path("competences/<slug:key>/", owner.claim, name="claim"),
    path("competences/<slug:key>/evidence/", owner.evidence_add, name="evidence-add"),
    path("evidence/<slug:key>/", owner.evidence, name="evidence"),
    path("plan/", owner.plan, name="plan"),
    path("plan/new/", owner.goal, name="goal-new"),
    path("plan/<slug:key>/", owner.goal, name="goal"),
    path("plan/<slug:goal>/steps/new/", owner.step, name="step-new"),
    path("plan/<slug:goal>/steps/<slug:key>/", owner.step, name="step"),
    path("plan/<slug:goal>/steps/<slug:key>/tick/", owner.tick, name="tick"),
    path("remove/<slug:kind>/<slug:key>/", owner.remove, name="remove"),
    path("cv/", papers.cv, name="cv"),
    path("papers/<slug:what>.<slug:form>", papers.paper, name="paper"),
    path("tutoring/", tutors.desk, name="tutoring"),
    path("tutoring/<slug:key>/", tutors.read, name="read"),
    path("tutoring/<slug:key>/competences/new/", tutors.propose, name="propose"),
    path("tutoring/<int:pk>/notes/new/", tutors.note, name="note-new"),
    path("tutoring/<int:pk>/notes/<int:note>/", tutors.note, name="note"),
    path("pairing/<slug:key>/", tutors.pairing, name="pairing"),
    path("scale/", tutors.scale, name="scale"),
]

"""Addresses of the words of a project."""

from django.urls import path

from documents.views import clauses, reviews

ROOT = "projets/<str:ref>/clauses/"
urlpatterns = [
    path(ROOT, clauses.clause_list, name="clause_list"),
    path(f"{ROOT}reglages/", clauses.clause_terms, name="clause_terms"),
    path(f"{ROOT}relecture/", reviews.clause_review, name="clause_review"),
    path(f"{ROOT}relecture/ouvrir/", reviews.clause_review_open, name="clause_review_open"),
    path(f"{ROOT}relecture/passer-outre/", reviews.clause_review_waive, name="clause_review_waive"),
    path(f"{ROOT}relecture/reponse/<int:body>/", reviews.clause_review_answer, name="clause_review_answer"),
    path(f"{ROOT}propositions/<int:pk>/", clauses.clause_settle, name="clause_settle"),
    path(f"{ROOT}remarques/<int:pk>/", clauses.clause_resolve, name="clause_resolve"),
    path(f"{ROOT}<slug:part>/<slug:name>/", clauses.clause, name="clause"),
    path(f"{ROOT}<slug:part>/<slug:name>/modifier/", clauses.clause_edit, name="clause_edit"),
    path(f"{ROOT}<slug:part>/<slug:name>/modele/", clauses.clause_to_model, name="clause_to_model"),
    path(f"{ROOT}<slug:part>/<slug:name>/remarques/", clauses.clause_remark, name="clause_remark"),
]

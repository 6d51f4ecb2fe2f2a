"""Who sees what: scope, policy, gate, sign-in, sessions, portals. Imports models and finance only."""

from tenants.gate import Gate, ScopeChanged
from tenants.pages import Page, Window
from tenants.policy import Action
from tenants.scope import Asking, Principal, Realm, Scope, Standing
from tenants.tenancy import Tenancy

__all__ = ["Action", "Asking", "Gate", "Page", "Principal", "Realm", "Scope", "ScopeChanged", "Standing", "Tenancy", "Window"]

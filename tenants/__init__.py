"""Who sees what: scope, policy, gate, sign-in, sessions, portals. Imports models and finance only."""

from tenants.gate import Gate, ScopeChanged
from tenants.pages import Page, PageArgs
from tenants.policy import Action
from tenants.scope import AuthContext, ClientInfo, Principal, Realm, Scope
from tenants.tenancy import Tenancy

__all__ = ["Action", "AuthContext", "ClientInfo", "Gate", "Page", "PageArgs", "Principal", "Realm", "Scope", "ScopeChanged", "Tenancy"]

"""The coordinators' pages and the REST API."""

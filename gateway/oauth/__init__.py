"""The built-in issuer of access tokens (OAuth 2.0, client credentials) and the clients it knows."""

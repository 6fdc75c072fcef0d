"""Where one signs in and out; two of these are registered at the OpenID provider."""

BOARD = "/review"
SIGN_IN = "/review/sign-in"
OWN_ACCOUNT = "/review/passphrase"
AT_PROVIDER = "/review/sign-in/provider"
CALLBACK = "/review/sign-in/callback"
ENDED_BY_PROVIDER = "/review/sign-in/ended"
SIGNED_OUT = "/review/signed-out"

"""What can go wrong when somebody signs in at the company's OpenID provider.

FeedbackError
└── SingleSignOnFailed
    ├── SingleSignOnOff         no provider is configured
    ├── SignInCancelled         by the person, at the provider
    ├── SignInExpired           too late, in another browser, or twice
    ├── StateWrong              the answer belongs to another attempt
    ├── CodeRefused             the provider does not know the code, or no longer
    ├── NoFittingGroup          known at the provider, but neither editor nor reviewer
    ├── LocalAccountsOff        a passphrase, where only the provider is asked
    ├── ProviderAccount         an operator would change what the provider decides
    ├── TokenRefused            what the provider sent cannot be believed
    │   ├── NonceWrong
    │   ├── IssuerWrong
    │   ├── AudienceWrong
    │   ├── SignatureWrong      also: signed with what only a provider could not know, or not at all
    │   └── TokenExpired        also: not valid yet
    └── ProviderFailed          the operator or the provider must mend it
        ├── ProviderRefused     it answered with an error of its own
        ├── ProviderUnfit       what it says of itself cannot be used
        └── ProviderUnreachable
"""

from feedback_api.domain.errors import FeedbackError


class SingleSignOnFailed(FeedbackError):
    """Nobody is signed in by this attempt."""

    code = "single-sign-on-failed"


class SingleSignOnOff(SingleSignOnFailed):
    """No provider is configured."""

    code = "single-sign-on-off"


class SignInCancelled(SingleSignOnFailed):
    """The person, or the provider on a rule of its own, denied it (`access_denied`)."""

    code = "sign-in-cancelled"


class SignInExpired(SingleSignOnFailed):
    """This browser began no sign-in, or too long ago, or has finished it already."""

    code = "sign-in-expired"


class StateWrong(SingleSignOnFailed):
    """The provider's answer is not to the attempt that this browser began last."""

    code = "state-wrong"


class CodeRefused(SingleSignOnFailed):
    """The provider does not take the code: it was used before or is too old (`invalid_grant`)."""

    code = "code-refused"


class NoFittingGroup(SingleSignOnFailed):
    """None of the person's groups stands for a role here."""

    code = "no-fitting-group"


class LocalAccountsOff(SingleSignOnFailed):
    """The operator allows no local accounts."""

    code = "local-accounts-off"


class ProviderAccount(SingleSignOnFailed):
    """The account has its role from the provider, and no passphrase. params: editor."""

    code = "provider-account"


class TokenRefused(SingleSignOnFailed):
    """The provider's token lacks something or cannot be read."""

    code = "token-refused"


class NonceWrong(TokenRefused):
    """The token was made for another attempt."""

    code = "nonce-wrong"


class IssuerWrong(TokenRefused):
    """The answer or the token comes from another provider (RFC 9207)."""

    code = "issuer-wrong"


class AudienceWrong(TokenRefused):
    """The token was made for another application."""

    code = "audience-wrong"


class SignatureWrong(TokenRefused):
    """Not signed by one of the provider's public keys: none, a shared secret, an unknown key."""

    code = "signature-wrong"


class TokenExpired(TokenRefused):
    """By our clock the token is over, or not valid yet."""

    code = "token-expired"


class ProviderFailed(SingleSignOnFailed):
    """The provider could not do its part; trying again later may help."""

    code = "provider-failed"


class ProviderRefused(ProviderFailed):
    """It answered with an error, for example that it does not know this application."""

    code = "provider-refused"


class ProviderUnfit(ProviderFailed):
    """Its description of itself lacks something, or names hosts that are not configured."""

    code = "provider-unfit"


class ProviderUnreachable(ProviderFailed):
    """No answer, or not in time, or one too large."""

    code = "provider-unreachable"

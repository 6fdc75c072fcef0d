"""The company's OpenID provider: asked over HTTP, believed only after its tokens are checked."""

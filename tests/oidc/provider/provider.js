// An OpenID provider on loopback, told over standard input what it should be like.
//
// Each line in is a JSON object, each line out answers one: `{"issuer": …}` first, then `{}`.
//   {"origins": [...]}         where the client's browsers are sent back to
//   {"accounts": {sub: {...}}} who there is, each with their claims; nobody needs a password
//   {"later": n}               how many seconds its clock is ahead
//   {"rotate": true}           other keys from now on
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { Provider } from 'oidc-provider';

const client = JSON.parse(process.argv[2]);
const state = { origins: [], accounts: {}, later: 0, keys: newKeys() };
const cookieKeys = [randomUUID()];
const server = createServer((request, response) => current(request, response));
const now = Date.now;
let current;
let issuer;

Date.now = () => now() + state.later * 1000;
console.info = () => {}; // standard output is for answers

function newKeys() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return [{ ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' }];
}

// Sessions and grants are kept by the package's own memory, which outlives a provider.
function renew() {
  const provider = new Provider(issuer, {
    clients: [{
      ...client,
      redirect_uris: state.origins.map((origin) => `${origin}/review/sign-in/callback`),
      post_logout_redirect_uris: state.origins.map((origin) => `${origin}/review/sign-in`),
      backchannel_logout_uri: `${state.origins.at(-1)}/review/sign-in/ended`,
    }],
    jwks: { keys: state.keys },
    cookies: { keys: cookieKeys },
    claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'groups'], email: ['email'] },
    clientAuthMethods: [client.token_endpoint_auth_method],
    clockTolerance: 0,
    // Its own way refuses loopback, where the service is in these tests.
    fetch: (url, { dispatcher, ...options }) => fetch(url, options),
    features: { backchannelLogout: { enabled: true } },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...state.accounts[sub] }) }),
  });
  current = provider.callback();
}

function take(line) {
  const { rotate, ...rest } = JSON.parse(line);
  Object.assign(state, rest);
  if (rotate) state.keys = newKeys();
  renew();
  process.stdout.write('{}\n');
}

server.listen(0, 'localhost', () => {
  issuer = `http://localhost:${server.address().port}`;
  state.origins = [issuer];
  renew();
  process.stdout.write(`${JSON.stringify({ issuer })}\n`);
  createInterface({ input: process.stdin }).on('line', take).on('close', () => process.exit());
});

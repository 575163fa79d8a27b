// A real OpenID Connect provider for tests, on this machine only. Started with its settings as JSON, it
// prints its address once it listens, and ends when its standard input closes: with the test, however
// that ends.
//
// settings: clients (as the library takes them), ahead (milliseconds that its clock is ahead of ours), host
// (what it calls this machine: another name is another site to a browser).

import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';

const settings = JSON.parse(process.argv[2]);

// The product under test keeps its own time; the provider has to agree with it.
const SystemDate = Date;
globalThis.Date = class extends SystemDate {
  constructor(...args) {
    super(...(args.length ? args : [SystemDate.now() + settings.ahead]));
  }

  static now() {
    return SystemDate.now() + settings.ahead;
  }
};

// It warns of what only tests do; errors are told below.
console.warn = () => {};
const { default: Provider } = await import('oidc-provider');

let made = 0;

function newKey() {
  made += 1;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: `key-${made}`, use: 'sig', alg: 'RS256' };
}

const escape = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

const html = (body) => `<!DOCTYPE html><html lang="en-GB"><head><title>The provider</title></head><body>${body}</body></html>`;

function provider(issuer) {
  const made = new Provider(issuer, {
    clients: settings.clients,
    jwks: { keys: [newKey()] },
    cookies: { keys: ['only for tests'] },
    // Anybody whose password is "password" has an account, and its name is the subject.
    findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = html(`${form}<button type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button>`);
        },
      },
    },
    // The test that is told of signing out is on this machine.
    fetch: (url, { dispatcher, ...options }) => fetch(url, options),
    // One organisation's own product: nobody is asked whether it may know who they are.
    loadExistingGrant: async (ctx) => {
      const { client, session } = ctx.oidc;
      const grant = new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
    renderError: (ctx, out) => {
      ctx.body = html(`<p>${escape(JSON.stringify(out))}</p>`);
    },
    ttl: { AuthorizationCode: 60, IdToken: 300, Interaction: 600, Session: 3600, Grant: 3600, AccessToken: 300 },
  });
  made.on('server_error', (ctx, error) => process.stderr.write(`${error.stack}\n`));
  return made;
}

async function read(request) {
  let text = '';
  for await (const part of request) text += part;
  return new URLSearchParams(text);
}

let current;
let serve;

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  const [, place, uid] = pathname.split('/');
  try {
    if (place === 'favicon.ico') {
      response.statusCode = 204;
      response.end();
    } else if (place === 'rotate-keys') {
      current = provider(current.issuer);
      serve = current.callback();
      response.end('done');
    } else if (place === 'interaction' && request.method === 'GET') {
      const details = await current.interactionDetails(request, response);
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(html(`<h1>Sign in at the provider</h1><p>${escape(details.prompt.reasons.join(' '))}</p>
        <form method="post" action="/interaction/${escape(uid)}">
          <label for="login">Name</label><input id="login" name="login">
          <label for="password">Password</label><input id="password" name="password" type="password">
          <button type="submit" name="do" value="sign-in">Sign in</button>
          <button type="submit" name="do" value="cancel">Cancel</button>
        </form>`));
    } else if (place === 'interaction') {
      const posted = await read(request);
      const wrong = posted.get('do') === 'cancel' || posted.get('password') !== 'password';
      const result = wrong
        ? { error: 'access_denied', error_description: 'the person cancelled' }
        : { login: { accountId: posted.get('login') } };
      await current.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
    } else {
      await serve(request, response);
    }
  } catch (error) {
    process.stderr.write(`${error.stack}\n`);
    response.statusCode = 500;
    response.end('failed');
  }
});

server.listen(0, '127.0.0.1', () => {
  current = provider(`http://${settings.host ?? '127.0.0.1'}:${server.address().port}`);
  serve = current.callback();
  process.stdout.write(`${current.issuer}\n`);
});

process.stdin.resume();
process.stdin.on('end', () => process.exit());

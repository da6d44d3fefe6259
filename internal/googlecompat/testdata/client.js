// Asks a server with Google's client for node, unchanged but for the endpoint, and prints what came of each call as JSON:
//   node client.js ORIGIN KEY
const { factchecktools } = require('@googleapis/factchecktools');
const [rootUrl, key] = process.argv.slice(2);
const client = (auth) => factchecktools({ version: 'v1alpha1', rootUrl, auth });
const api = client(key);
const site = 'checks.example';

const texts = ({ data }) => (data.claims || []).map((c) => c.text);
const failed = (err) => ({ status: err.status, message: err.message, said: err.response.data.error.status });
const search = (params, options) => api.claims.search(params, { retry: false, ...options });

async function pages(params) {
  const out = [];
  let pageToken;
  do {
    const { data } = await search({ ...params, pageToken });
    out.push(...(data.claims || []).map((c) => c.text));
    pageToken = data.nextPageToken;
  } while (pageToken);
  return out;
}

const calls = {
  whole: async () => (await search({ query: 'did the mayor resign', languageCode: 'en' })).data,
  nothing: async () => (await search({ query: 'zymurgy' })).data,
  site: async () => texts(await search({ reviewPublisherSiteFilter: site, languageCode: 'pt' })),
  age: async () => texts(await search({ query: 'harbour', maxAgeDays: 5 })),
  offset: async () => texts(await search({ reviewPublisherSiteFilter: site, pageSize: 1, offset: 1 })),
  all: async () => texts(await search({ query: 'harbour', pageSize: 100 })),
  pages: () => pages({ query: 'harbour', pageSize: 1 }),
  fields: async () => (await search({ query: 'mayor resigned', fields: 'claims(text,claimReview/url),nextPageToken' })).data,
  header: async () => texts(await client(undefined).claims.search({ query: 'mayor resigned' }, { headers: { 'X-Goog-Api-Key': key } })),
  etag: async () => {
    const first = await search({ query: 'mayor resigned' });
    const again = await search({ query: 'mayor resigned' }, { headers: { 'If-None-Match': first.headers.get('etag') } });
    return again.status;
  },
  neither: () => search({}),
  token: () => search({ query: 'harbour', pageToken: 'made-up' }),
  badFields: () => search({ query: 'harbour', fields: 'claims/nothing' }),
  noKey: () => client(undefined).claims.search({ query: 'harbour' }),
  badKey: () => client('ts_wrong').claims.search({ query: 'harbour' }),
  image: () => api.claims.imageSearch({ imageUri: 'https://x.example/1.png' }, { retry: false }),
  page: () => api.pages.get({ name: 'pages/7' }, { retry: false }),
};

(async () => {
  const out = {};
  for (const [name, call] of Object.entries(calls)) {
    out[name] = await call().catch((err) => (err.response ? failed(err) : { thrown: String(err) }));
  }
  console.log(JSON.stringify(out));
})();

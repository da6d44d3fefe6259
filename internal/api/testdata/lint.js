// Lints the OpenAPI document on its standard input with the recommended rules of Redocly, all of them errors, and prints what is wrong, a line each.
const { lintFromString, createConfig } = require('@redocly/openapi-core');

let source = '';
process.stdin.on('data', (part) => { source += part; });
process.stdin.on('end', async () => {
  const config = await createConfig({ extends: ['recommended-strict'] });
  for (const p of await lintFromString({ source, absoluteRef: '/openapi.json', config })) {
    console.log(`${p.ruleId}: ${p.message.split('\n')[0]} (${p.location[0].pointer})`);
  }
});

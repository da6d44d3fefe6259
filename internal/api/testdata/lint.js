// Lints the OpenAPI document on its standard input with the recommended rules of Redocly, all of them errors, and prints what is wrong, a line each.
const { lintFromString, createConfig } = require('@redocly/openapi-core');

let source = '';
process.stdin.on('data', (part) => { source += part; });
process.stdin.on('end', async () => {
  // The rule closes every schema for itself, also the parts of one that is composed (allOf), and then finds the other part's fields
  // surplus. What an answer has and its example lacks is found by TestEveryExampleRuns.
  const rules = { 'no-invalid-media-type-examples': { severity: 'error', allowAdditionalProperties: true } };
  const config = await createConfig({ extends: ['recommended-strict'], rules });
  for (const p of await lintFromString({ source, absoluteRef: '/openapi.json', config })) {
    console.log(`${p.ruleId}: ${p.message.split('\n')[0]} (${p.location[0].pointer})`);
  }
});

import { factchecktools } from '@googleapis/factchecktools'

const api = factchecktools({
  version: 'v1alpha1',
  rootUrl: 'http://localhost:8080/', // the one line that is new
  auth: process.env.TOUCHSTONE_KEY,
})
const { data } = await api.claims.search({ query: 'mayor resigned', pageSize: 1 })
for (const claim of data.claims) console.log(`${claim.claimReview[0].textualRating}: ${claim.text}`)

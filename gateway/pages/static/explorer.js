const FIRST_QUERY = `# Without a token: the directory. For records, put a token of \`daylight token demo-sis\` into Headers:
# { "Authorization": "Bearer …" }
{
  viewer { role organisations }
  schools(first: 5) { edges { node { schoolId name } } totalCount }
  rateLimit { cost limit remaining resetAt }
}
`;

ReactDOM.createRoot(document.getElementById("explorer")).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: "/graphql" }),
    defaultQuery: FIRST_QUERY,
    shouldPersistHeaders: false,
  }),
);

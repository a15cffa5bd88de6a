"""The TypeScript compilers that can be had. To add one: `npm view typescript@VERSION dist.integrity`."""

# version → integrity of the npm package
TYPESCRIPT_VERSIONS = {
    "6.0.3": "sha512-y2TvuxSZPDyQakkFRPZHKFm+KKVqIisdg9/CZwm9ftvKXLP8NRWj38/ODjNbr43SsoXqNuAisEf1GdCxqWcdBw==",
}

"""The TypeScript compilers that can be had. To add one: `npm view typescript@VERSION dist.integrity`."""

# version → integrity of the npm package
TYPESCRIPT_VERSIONS = {
    "5.9.3": "sha512-jl1vZzPDinLr9eUt3J/t7V6FgNEw9QjvBPdysz9KfQDD41fQrC2Y4vKQdiaUpFT4bXlb1RHhLpp8wtm6M5TgSw==",
    "6.0.3": "sha512-y2TvuxSZPDyQakkFRPZHKFm+KKVqIisdg9/CZwm9ftvKXLP8NRWj38/ODjNbr43SsoXqNuAisEf1GdCxqWcdBw==",
}

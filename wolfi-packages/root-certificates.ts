/** Prints the certificate authorities that this Node carries, which are Mozilla's, as one PEM file. */
import { rootCertificates } from "node:tls";

process.stdout.write(rootCertificates.map((certificate) => `${certificate}\n`).join(""));

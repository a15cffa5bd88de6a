import { generateKeyPairSync } from "node:crypto";
import type { SigningKey } from "../apk/write-signature.ts";

/** Both halves of a key that signs what tests make. */
export interface TestKey extends SigningKey {
  /** The public key, PEM (SubjectPublicKeyInfo): with `name`, a keyring's entry. */
  readonly pem: string;
}

/** Makes a key of its own, for tests that need one which verifies nothing else. */
export function generateTestKey(name: string): TestKey {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  return { name, pem: publicKey, privatePem: privateKey };
}

/**
 * The key that signs test repositories unless a test passes another. It is fixed, so that the bytes of signed files
 * are too, and it is public: nothing outside tests may ever trust it.
 */
export const TEST_KEY: TestKey = {
  name: "test.rsa.pub",
  pem: `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA0ktt52bhg9CdCC0hYUD7
4dTAssOOM3giMOXKVMV8HqiL7SU9XCAW1eoF+cVdr2AzlFkGAYaI2lxZGwoMpHLH
aCrPJKYDkmvrEZ3o7fnlOBK7pHLTOu3DMmmt+2Ge5WGGoo9N8caDybXBAbG+bcOF
Tmv+7DKZF76+SefKMJvZ8ggkbumLaMxvBndZJvBAhu1cS6rL7jVtChczmoEDzAhM
XeJ+ziH5L93Zc/9HThVYUShfs6WvpwprcoiLk9J7fw3H4FfuMIcY3fq3iDjNI278
F7yXyTLFhsKFa+s36yoEUFl4EkS6xHQIxCu2INnkAlHMHoaZRvoliCf/t9pKUUe4
WQIDAQAB
-----END PUBLIC KEY-----
`,
  privatePem: `-----BEGIN PRIVATE KEY-----
MIIEvwIBADANBgkqhkiG9w0BAQEFAASCBKkwggSlAgEAAoIBAQDSS23nZuGD0J0I
LSFhQPvh1MCyw44zeCIw5cpUxXweqIvtJT1cIBbV6gX5xV2vYDOUWQYBhojaXFkb
CgykcsdoKs8kpgOSa+sRnejt+eU4ErukctM67cMyaa37YZ7lYYaij03xxoPJtcEB
sb5tw4VOa/7sMpkXvr5J58owm9nyCCRu6YtozG8Gd1km8ECG7VxLqsvuNW0KFzOa
gQPMCExd4n7OIfkv3dlz/0dOFVhRKF+zpa+nCmtyiIuT0nt/DcfgV+4whxjd+reI
OM0jbvwXvJfJMsWGwoVr6zfrKgRQWXgSRLrEdAjEK7Yg2eQCUcwehplG+iWIJ/+3
2kpRR7hZAgMBAAECggEASNW0LonNALT/tmW/Imp58ukXhrLBbSUmHm5wKfUuPIYe
1JdpzZ8VmahQwoXvoT6+DprYwC2C97I1cG6GG2zfkL4G+YgAQ7XZ+EOLeeTr1YRz
dg0JCOdxjGPazO6uNH8XPPVKRzt8yJ+JRhd0P5sQ8CzqYY9Sw80eJgXAWx6XmUJE
9oAEWOuoyhMyesXLMzq++6rvbG2NOSOt7zyEcmlGgF1SFU2q7Cba83OzpjMUJ9+Z
qtSE1hh+Vzuzfyd8a1/SUlbLFx6Heb0RgoJrtghDCO5Jg8ag5V78puYdAlyvFzb/
SpeGdJ4jxhNwRdg30MuiU5yStfBVIxQ5OVdDU2Xl2wKBgQDoygtr6cr2hjecZKbh
cbcGx6wf09mimCZK18lUrDfogwu8xWZMtVq0V64Hp9qr/ECzwdBlD5zuAjATA5YD
YNpVaFRr8erRaPJcvS8WyEoqJUIR06XuA0Qae2T1VZq6EK8RsMgW+z0ke4qTQ/sJ
GxXw42KTsh2F17QcCmD536qBYwKBgQDnQzWTlvu42LdH5Mz6WzYj0Z/Gm8QLpfaU
1CBG2gy61kR/BdfQ7pdAwvDhV2tuSOV3XysYOiFLbx2kD0q2fQmLzy00knI6HKfS
MgPZzG3F3D7YSjbu6oQ+IdpHVpoprw326TNRtOsHlRDJhjscDsapk1xL+Yf/Ehcf
QpKnltjKEwKBgQCrlKiAfM01kc4Rfvql9rwRykCrIOor9vtadNyXhWyb+2M+Wz1A
0vctL+c9C1KZK4/BLtzccHqZz5EBosYCbXPgOcrn2WLbwP/KrUK1ByHrGJUvMJH/
8fZTkpniXptyA3QWlPeWQM5bQpfsXdH9bzJn4CG7fTBXg5rkhB3gbyRswwKBgQDa
rAlwChbxXTJI78cGf9K8oc1Tjhwc64wyhDYU6L+at1pDRbIhJEmu+eWtHe0+df1M
F5f3K5gp7OJ5K+B4l9i782WKTWNnIYtqTNKpUg0GR1DBUcOJvATZf0cXp4LUIWux
6iYVf12xaLlb5OnliO8+j1F5oXR/sopci6WChDdvMwKBgQDG0nfbizw4wTvkGQ/x
B5eiINTATUUMAIyX931iXXD4jgGKTiKp1jB/RURlwxl9k+uNlLuUXADYiMYS/4Qz
u6QiNeqAnwGJ2gPQeVrNbuWb2NIFjYrDDGMO1M4Me/WoJmnn1OnQjobz/GcZkNN5
trUteKecd83ZQ/x5T0QrkunT/A==
-----END PRIVATE KEY-----
`,
};

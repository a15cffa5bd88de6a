// The compiler's command line, from the package that is linked beside this file.
require("typescript/lib/tsc.js");

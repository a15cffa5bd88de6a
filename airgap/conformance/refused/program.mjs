console.log("program");

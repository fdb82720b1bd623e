def model(): pass

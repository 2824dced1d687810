throw({:quota, 7})

import('../index');
